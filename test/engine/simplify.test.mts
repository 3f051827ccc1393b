import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nodeOperations, rawFields } from '../../nodes/InstaSd/api/nodeOperations.ts';
import type { BehaviourChange } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, nodeName, promptOfItem, type StageOptions } from './stage.mts';
import { call, openToolStage } from './toolStage.mts';
import { ids } from './workflows.mts';

// The ten most useful fields of an item, as n8n asks for; and nothing else is lost.
const time = useNodeTime();
const media: BehaviourChange = { durationMs: 1000, images: 2, videos: 1 };
const stage = useStage(() => openToolStage({ time, behaviour: media }));

const simple: INodeParameters = { simplify: true };
const perFile: INodeParameters = { options: { outputItems: 'file' } };
const fields = Object.entries(nodeOperations).map(
	([name, { fields: all }]) => [name, all] as const,
);
const patched = (more: IDataObject) =>
	stage().emulator.addFault({ call: 'status', kind: 'patch', times: Infinity, fields: more });
/** The fields of each item, by output. */
const itemsAfter = async (parameters: INodeParameters, options: StageOptions = {}, output = 0) => {
	const run = await stage().run(parameters, { items: itemsOf({ prompt: 'a' }), ...options });
	expect(run.error?.message).toBeUndefined();
	return run.output(nodeName, output).map(({ json }) => json);
};
/** What a model reads. */
const read = async (parameters: INodeParameters = {}): Promise<IDataObject[]> =>
	JSON.parse(await call(await stage().toolOfWebhook({ parameters }), 'a cat'));

describe('Simplify', () => {
	test.each(fields)('gives %s its fields, and no others', async (operation, useful) => {
		const tasks = await stage().submit('a');
		await time.sleep(5000);
		const [json = {}] = await itemsAfter({ ...simple, operation }, { items: itemsOf(...tasks) });
		expect(Object.keys(json)).toEqual(useful);
		const [raw = {}] = await itemsAfter({ operation }, { items: itemsOf(...tasks) });
		expect(raw).toMatchObject({ task_id: expect.any(String), estimated_steps: 10 });
		expect('all_finished' in raw).toBe(operation === 'getStatus');
	});

	test('keeps what the service adds, lists of links among them', async () => {
		const more = { file_url: 'https://example.com/own', mood: { a: [1] }, error: null, seed: 7 };
		patched({ ...more, audio_urls: [], inputs: 'an echo', message: 'well done' });
		const [json = {}] = await itemsAfter(
			{ ...simple, operation: 'waitForTask' },
			{
				items: itemsOf(...(await stage().submit('a'))),
			},
		);
		expect(json).toMatchObject({ ...more, audio_urls: [], message: 'well done' });
		expect(json.image_urls).toHaveLength(2);
		expect(Object.keys(json).filter((name) => rawFields.includes(name))).toEqual([]);
	});

	test.each([{}, { seed: 7 }])(
		'keeps the inputs of a task with several seeds, also beside fields of the service such as %j',
		async (more) => {
			patched(more);
			const { inputs } = JSON.parse(stage().emulator.requestExample);
			inputs[ids.width].title = 'Seed 2';
			inputs[ids.width].value = 5;
			const credential = { ...stage().credential, requestExample: JSON.stringify({ inputs }) };
			const given = {
				inputMode: 'json',
				inputsJson: '{ "prompt": "a", "image": "https://example.com/a.png" }',
			};
			const [json = {}] = await itemsAfter({ ...simple, ...given }, { credential });
			const seeds = [ids.width, ids.seed].map((id) => Object(json.inputs)[id]?.value);
			expect(seeds).toEqual([expect.any(Number), expect.any(Number)]);
		},
	);

	test('with One Item per File, each has its own link in place of the lists', async () => {
		stage().emulator.setBehaviour({ ...media, extraLists: { audio_urls: 1 } });
		const items = await itemsAfter({ ...simple, ...perFile });
		expect(items.map((json) => json.file_index)).toEqual([0, 1, 2, 3]);
		for (const json of items) {
			expect(Object.keys(json)).toEqual([
				...['task_id', 'status', 'file_url', 'file_index', 'cost'],
				...['progress', 'finished', 'urls_expire_at', 'files', 'seed'],
			]);
			expect(json.files).toEqual([expect.objectContaining({ url: json.file_url })]);
		}
	});

	test('keeps why a status is not known, since when a task runs, and the row it belongs to', async () => {
		const [task = {}] = await stage().submit('a');
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 503, times: Infinity });
		const options = { includeInputFields: true };
		const [json] = await itemsAfter(
			{ ...simple, operation: 'getStatus', options },
			{ items: itemsOf(task), node: { onError: 'continueRegularOutput' } },
			1,
		);
		expect(json).toEqual({
			...{ task_id: task.task_id, status: 'UNKNOWN', progress: null, finished: false },
			...{ submitted_at: task.submitted_at, input_item: task },
			last_error: { code: 'UNREACHABLE', message: expect.any(String) },
		});
	});

	test('keeps the error of a task that failed, and all of an error item', async () => {
		const parameters = { ...simple, operation: 'getStatus' };
		const node = { onError: 'continueRegularOutput' } as const;
		stage().emulator.setBehaviour({ durationMs: 0, failWith: 'out of memory' });
		const items = itemsOf(...(await stage().submit('a')), { task_id: 'of-another-api' });
		const [failed = {}, unknown] = await itemsAfter(parameters, { items, node }, 2);
		expect(failed).toMatchObject({
			...{ task_id: items[0]?.json.task_id, status: 'FAILED', finished: true },
			error: { code: 'TASK_FAILED', description: 'out of memory' },
			message: expect.stringContaining('out of memory'),
		});
		expect(failed).not.toHaveProperty('service_error');
		expect(unknown).toEqual({
			error: expect.objectContaining({ code: 'TASK_NOT_FOUND', task_id: 'of-another-api' }),
			message: expect.any(String),
		});
	});

	test('may be an expression, for each item its own, and is refused before anything is paid for', async () => {
		const parameters = { ...promptOfItem, simplify: '={{ $json.simplify }}' };
		const rows = itemsOf({ prompt: 'a', simplify: 'no' }, { prompt: 'b', simplify: true });
		const items = await itemsAfter(parameters, { items: rows });
		expect(items.map((json) => 'completed_steps' in json)).toEqual([true, false]);
		const run = await stage().run(parameters, { items: itemsOf({ prompt: 'c' }) });
		expect(run.error?.message).toContain("'Simplify' takes true or false, not nothing");
		expect(stage().emulator.statistics().charged).toBe(2);
	});
});

describe('Output of a tool', () => {
	const selected = (...names: string[]): INodeParameters => ({ output: 'fields', fields: names });

	test('is simplified at first, whatever Simplify of a node was saved', async () => {
		const useful = nodeOperations.runAndWait.fields.filter((name) => name !== 'files');
		for (const parameters of [{}, { simplify: false }, { output: 'Simplified' }]) {
			const [json = {}] = await read(parameters);
			expect(Object.keys(json).filter((name) => name !== 'from_sample')).toEqual(useful);
		}
	});

	test('is everything when it is raw, and the way to go on', async () => {
		const [json] = await read({ output: 'raw' });
		expect(json).toMatchObject({ completed_steps: 10, files: [{}, {}, {}], inputs: {} });
		const [running] = await read({ output: 'raw', operation: 'runTask' });
		expect(running).toMatchObject({ urls_expire_at: null, next: expect.any(String) });
	});

	test.each<[string, INodeParameters]>([
		['a list', selected('video_urls', 'cost')],
		['a text, as a program may write it', { output: 'fields', fields: 'video_urls , cost' }],
		['JSON', { output: 'fields', fields: '["video_urls","cost"]' }],
	])('is the task_id and the selected fields, given in %s', async (_, parameters) => {
		const [json = {}] = await read(parameters);
		expect(Object.keys(json)).toEqual(['task_id', 'video_urls', 'cost']);
	});

	// Else a model reads of a finished task only its id, and may pay for another.
	test.each([[[]], [''], ['[]'], [['submitted_at', 'audio_urls']]])(
		'is simplified where no field is selected, or the answer has none of them: %j',
		async (fields) => {
			const [json] = await read({ output: 'fields', fields });
			expect(json).toMatchObject({
				finished: true,
				image_urls: [{}, {}].map(() => expect.any(String)),
			});
		},
	);

	test('of selected fields has the link of each file with One Item per File', async () => {
		const items = await read({ ...selected('cost'), ...perFile });
		expect(items).toHaveLength(3);
		for (const json of items) {
			expect(Object.keys(json)).toEqual(['task_id', 'file_url', 'file_index', 'cost']);
		}
	});

	test('of selected fields still says how to go on, and why there is no result', async () => {
		const goOn = {
			task_id: expect.any(String),
			status: expect.any(String),
			next: expect.any(String),
		};
		expect(await read({ ...selected('cost'), operation: 'runTask' })).toEqual([goOn]);
		stage().emulator.setBehaviour({ durationMs: 90_000 });
		expect(await read(selected('image_urls'))).toEqual([goOn]);
		stage().emulator.setBehaviour({ durationMs: 0, failWith: 'out of memory' });
		const taskId = String((await stage().submit('a'))[0]?.task_id);
		expect(await read({ ...selected('cost'), operation: 'getStatus', taskId })).toEqual([
			{
				...{ task_id: taskId, status: 'FAILED', cost: expect.any(Number) },
				error: expect.objectContaining({ description: 'out of memory' }),
				message: expect.any(String),
			},
		]);
	});

	test.each([
		[{ output: 'some' }, "'Output' takes 'raw' or 'fields' or 'simple', not 'some'"],
		[{ output: 'fields', fields: '={{ 5 }}' }, "'Fields' takes names of fields, not 5"],
	])('is refused as %j before anything is paid for', async (parameters, told) => {
		const text = await call(await stage().toolOfWebhook({ parameters }), 'a cat');
		expect(text).toContain(told);
		expect(stage().emulator.statistics().charged).toBe(0);
	});
});

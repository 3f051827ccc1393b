import type { INodeParameters } from 'n8n-workflow';
import type { BehaviourChange } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem, type StageOptions } from './stage.mts';

// The ten most useful fields of an item, as n8n asks for (output.test.mts compares them with the schema); nothing is lost.
const time = useNodeTime();
const media: BehaviourChange = { durationMs: 1000, images: 2, videos: 1 };
const stage = useStage(() => openStage({ time, behaviour: media }));

const simple: INodeParameters = { simplify: true };

/** The fields of each item, by output. */
const itemsAfter = async (parameters: INodeParameters, options: StageOptions = {}, output = 0) => {
	const run = await stage().run(parameters, { items: itemsOf({ prompt: 'a' }), ...options });
	expect(run.error?.message).toBeUndefined();
	return run.output(nodeName, output).map(({ json }) => json);
};

describe('Simplify', () => {
	test('keeps what the service adds, lists of links among them', async () => {
		const more = { file_url: 'https://example.com/own', mood: { a: [1] }, error: null, seed: 7 };
		const fields = { ...more, audio_urls: [], inputs: 'an echo', message: 'well done' };
		stage().emulator.addFault({ call: 'status', kind: 'patch', times: Infinity, fields });
		const [json = {}] = await itemsAfter(
			{ ...simple, operation: 'waitForTask' },
			{
				items: itemsOf(...(await stage().submit('a'))),
			},
		);
		expect(json).toMatchObject({ ...more, audio_urls: [], message: 'well done' });
		expect(json.image_urls).toHaveLength(2);

		expect(json).not.toHaveProperty('inputs');
	});

	test('keeps the inputs of a task with several seeds', async () => {
		const { inputs } = JSON.parse(stage().emulator.requestExample);
		Object.assign(inputs[ids.width], { title: 'Seed 2', value: 5 });
		const credential = { ...stage().credential, requestExample: JSON.stringify({ inputs }) };
		const inputsJson = '{ "prompt": "a", "image": "https://example.com/a.png" }';
		const [json = {}] = await itemsAfter(
			{ ...simple, inputMode: 'json', inputsJson },
			{ credential },
		);
		const seeds = [ids.width, ids.seed].map((id) => Object(json.inputs)[id]?.value);
		expect(seeds).toEqual([expect.any(Number), expect.any(Number)]);
	});

	test('with One Item per File, each has its own link in place of the lists', async () => {
		stage().emulator.setBehaviour({ ...media, extraLists: { audio_urls: 1 } });
		const items = await itemsAfter({
			...simple,
			options: { outputItems: 'file' },
		});
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
		expect(run.error?.message).toContain("'Simplify'");
		expect(stage().emulator.statistics().charged).toBe(2);
	});
});

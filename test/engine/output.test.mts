import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { ExecuteContext } from 'n8n-core';
import { PNG } from 'pngjs';
import { z } from 'zod';
import type { BehaviourChange, NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { hintOf, ids, itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';

// What a user gets in the items, and in the hint above them.
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20 } }));

const promptOf = ({ inputs }: NewTask) => String(inputs[ids.prompt]?.value);
const seedOf = (taskId: unknown) =>
	stage().emulator.task(String(taskId))?.inputs?.[ids.seed]?.value;
const media: BehaviourChange = { images: 2, videos: 1, extraLists: { audio_urls: 1 } };
const fieldsOf = (binary: object | undefined) => Object.keys(binary ?? {});

test('one click makes an image, charged once, and the token goes to the API only', async () => {
	const run = await stage().run();
	expect(run.status).toBe('success');
	const picture = PNG.sync.read(await stage().engine.readBinary(run.output(nodeName)[0]));
	expect(picture.width).toBe(32);
	expect(stage().emulator.statistics()).toMatchObject({ charged: 1, leaked: 0 });
});

test('an item has the fields of the service, what was sent, and what the node adds', async () => {
	const before = time.now();
	const run = await stage().run();
	const after = time.now();
	expect(run.error).toBeUndefined();
	const [item] = run.output(nodeName);
	const [report] = stage().emulator.statistics().perTask;
	const { urls_expire_at: expiry, ...json } = item?.json ?? {};
	expect(json).toEqual({
		task_id: report?.id,
		status: 'COMPLETED',
		estimated_steps: 10,
		completed_steps: 10,
		image_urls: [expect.stringContaining(stage().emulator.fileOrigin)],
		video_urls: [],
		delay_time: expect.any(Number),
		execution_time: expect.any(Number),
		cost: 0.05,
		progress: 100,
		finished: true,
		files: [
			{
				url: Object(json.image_urls)[0],
				kind: 'image',
				field: 'data',
				file_name: item?.binary?.data?.fileName,
				mime_type: 'image/png',
				bytes: (await stage().engine.readBinary(item)).length,
			},
		],
		inputs: stage().emulator.task(String(report?.id))?.inputs,
		seed: seedOf(report?.id),
	});
	expect(item?.binary?.data?.fileName).toContain(String(report?.id));
	const halfAnHour = 30 * 60_000;
	expect(Date.parse(String(expiry))).toBeGreaterThanOrEqual(before + halfAnHour);
	expect(Date.parse(String(expiry))).toBeLessThanOrEqual(after + halfAnHour);
	expect(new Date(String(expiry)).toISOString()).toBe(expiry);
	expect(item?.pairedItem).toEqual({ item: 0 });
	expect(fieldsOf(item?.binary)).toEqual(['data']);
});

test('an item of Run Task has a task that has not begun, and what was sent', async () => {
	const run = await stage().run({ operation: 'runTask' });
	const [item] = run.output(nodeName);
	const [report] = stage().emulator.statistics().perTask;
	expect(item?.json).toEqual({
		task_id: report?.id,
		status: 'CREATED',
		estimated_steps: 10,
		image_urls: [],
		video_urls: [],
		progress: null,
		finished: false,
		urls_expire_at: null,
		files: [],
		inputs: stage().emulator.task(String(report?.id))?.inputs,
		seed: seedOf(report?.id),
		submitted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
	});
	expect(item?.binary).toBeUndefined();
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, asked: 0 });
});

test('items come in the order of the input, whichever task ends first', async () => {
	stage().emulator.setBehaviour((task) => ({ durationMs: Number(promptOf(task)) }));
	const prompts = ['120000', '60000', '5000'];
	const run = await stage().run(promptOfItem, {
		items: itemsOf(...prompts.map((prompt) => ({ prompt }))),
	});
	expect(run.error?.message).toBeUndefined();
	const items = run.output(nodeName);
	expect(items.map(({ json }) => Object(json.inputs)[ids.prompt].value)).toEqual(prompts);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
});

test('generations come item by item, each with a seed of its own', async () => {
	const run = await stage().run(
		{ ...promptOfItem, options: { generationsPerItem: 3 } },
		{ items: itemsOf({ prompt: 'a' }, { prompt: 'b' }) },
	);
	const items = run.output(nodeName);
	const prompts = items.map(({ json }) => Object(json.inputs)[ids.prompt].value);
	expect(prompts).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
	expect(items.map(({ pairedItem }) => Object(pairedItem).item)).toEqual([0, 0, 0, 1, 1, 1]);
	const seeds = items.map(({ json }) => Object(json.inputs)[ids.seed].value);
	expect(new Set(seeds).size).toBe(6);
	expect(items.map(({ json }) => seedOf(json.task_id))).toEqual(seeds);
});

test('images, videos and sounds are in the fields data, data_1, …, with name and type', async () => {
	stage().emulator.setBehaviour(media);
	const run = await stage().run();
	const [item] = run.output(nodeName);
	const types = Object.entries(item?.binary ?? {}).map(([field, { mimeType }]) => [
		field,
		mimeType,
	]);
	expect(types).toEqual([
		['data', 'image/png'],
		['data_1', 'image/png'],
		['data_2', 'video/mp4'],
		['data_3', 'audio/wav'],
	]);
	const links = ['image_urls', 'video_urls', 'audio_urls'].flatMap((list) => item?.json[list]);
	const names = links.map((link) => new URL(String(link)).pathname.split('/').pop());
	// As the service calls them, and in one folder with those of other tasks.
	const id = String(item?.json.task_id);
	const marks = [`-${id}.`, `-${id}-2.`, `-${id}-3.`, `-${id}-4.`];
	expect(Object.values(item?.binary ?? {}).map(({ fileName }) => fileName)).toEqual(
		names.map((name, index) => name?.replace('.', String(marks[index]))),
	);
	const pictures = await Promise.all(
		['data', 'data_1'].map((field) => stage().engine.readBinary(item, field)),
	);
	expect(PNG.sync.read(pictures[0]!).width).toBe(32);
	expect(pictures[0]).not.toEqual(pictures[1]);
});

test('with one item per file, each file has its link, its number and its own item', async () => {
	stage().emulator.setBehaviour((task) => (promptOf(task) === 'none' ? { images: 0 } : media));
	const run = await stage().run(
		{ ...promptOfItem, options: { outputItems: 'file' } },
		{ items: itemsOf({ prompt: 'many' }, { prompt: 'none' }) },
	);
	const items = run.output(nodeName);
	expect(items.map(({ json }) => json.file_index)).toEqual([0, 1, 2, 3, undefined]);
	expect(items.map(({ pairedItem }) => Object(pairedItem).item)).toEqual([0, 0, 0, 0, 1]);
	expect(items.map(({ binary }) => fieldsOf(binary))).toEqual([
		...['data', 'data', 'data', 'data'].map((field) => [field]),
		[],
	]);
	const json = items[0]!.json;
	const links = [json.image_urls, json.video_urls, json.audio_urls].flat();
	expect(items.slice(0, 4).map(({ json: { file_url } }) => file_url)).toEqual(links);
	expect(await stage().engine.readBinary(items[0])).not.toEqual(
		await stage().engine.readBinary(items[1]),
	);
	expect(items[4]?.json).not.toHaveProperty('file_url');
	expect(items.map(({ json: { files } }) => files)).toEqual([
		...links.map((url) => [expect.objectContaining({ url, field: 'data' })]),
		[],
	]);
});

test('without Download Files nothing is fetched, and the links are there', async () => {
	stage().emulator.setBehaviour(media);
	const run = await stage().run({ downloadFiles: false });
	expect(run.output(nodeName)[0]?.binary).toBeUndefined();
	expect(run.output(nodeName)[0]?.json).toMatchObject({
		image_urls: [expect.any(String), expect.any(String)],
		files: ['image', 'image', 'video', 'audio'].map((kind) => ({ kind, url: expect.any(String) })),
	});
	const perFile = await stage().run({ downloadFiles: false, options: { outputItems: 'file' } });
	expect(perFile.output(nodeName).map(({ json }) => json.file_index)).toEqual([0, 1, 2, 3]);
	expect(perFile.output(nodeName).map(({ json }) => json.files)).toEqual(
		perFile.output(nodeName).map(({ json }) => [{ kind: expect.any(String), url: json.file_url }]),
	);
	expect(stage().emulator.statistics()).toMatchObject({ downloads: 0 });
});

test('a task that still runs gives no files, though it may have links already', async () => {
	const [submitted] = await stage().submit('a');
	stage().emulator.addFault({
		call: 'status',
		kind: 'patch',
		fields: {
			status: 'IN_PROGRESS',
			image_urls: [`${stage().emulator.fileOrigin}/files/early.png`],
		},
	});
	const run = await stage().run(
		{ operation: 'getStatus', downloadFiles: true },
		{ items: [{ json: submitted ?? {} }] },
	);
	const [item] = run.output(nodeName, 1);
	expect(item?.json).toMatchObject({ finished: false, task_id: submitted?.task_id });
	expect(item?.binary).toBeUndefined();
	expect(stage().emulator.statistics().downloads).toBe(0);
});

describe('the hint after a run', () => {
	/** The hints that n8n shows above the node's output. */
	const hintsOf = (run: Run) => run.nodes[nodeName]?.[0]?.hints ?? [];

	test('a hint says what an image cost, and that Wait for Task does not charge for it again', async () => {
		const run = await stage().run();
		const taskId = String(run.output(nodeName)[0]?.json.task_id);
		expect(hintsOf(run)).toHaveLength(1);
		expect(hintOf(run)).toMatch(/^1 task of '.+' completed in \d+ s, 0\.05 credits\./);

		const again = await stage().run({ operation: 'waitForTask', taskId }, { items: itemsOf({}) });
		expect(Object.keys(again.output(nodeName)[0]?.binary ?? {})).toEqual(['data']);
		expect(hintOf(again)).toContain('nothing charged now');
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('what others wrote stands in the hint as they wrote it: n8n shows a hint as HTML', async () => {
		const words = '<lora:x:0.8> is unknown, see <a href="https://evil.example">"help" & more</a>';
		stage().emulator.addFault({
			...{ call: 'status', kind: 'patch', taskNumber: 1, times: Infinity },
			fields: { status: 'FAILED', message: words },
		});
		const credentials = {
			instaSdApi: { id: 'instasd-text-to-image', name: '<img src="https://evil.example/a.png">' },
		};
		const node = { credentials, onError: 'continueRegularOutput' as const };
		const items = itemsOf({ prompt: 'a' }, { prompt: 'b' });
		const options = { tasksAtOnce: 1 };
		const run = await stage().run({ ...promptOfItem, options }, { items, node });
		expect(hintOf(run)).toContain(`${words}.`);

		for (const shown of [run]) {
			expect(hintsOf(shown)[0]?.message).not.toMatch(/[<>"']|&(?!#)/);
		}
	});

	test('a hint that cannot be shown breaks no run', async () => {
		const broken = jest.spyOn(ExecuteContext.prototype, 'addExecutionHints');
		broken.mockImplementation(() => {
			throw new TypeError('there is a fault in it');
		});
		const run = await stage().run(promptOfItem, { items: itemsOf({ prompt: 'a' }) });
		broken.mockRestore();
		expect(run.error).toBeUndefined();
		expect(run.output(nodeName)).toHaveLength(1);
		expect(hintsOf(run)).toEqual([]);
	});
});

describe('the schema of the output', () => {
	const folder = 'nodes/InstaSd/__schema__/v1.0.0/task';
	const files = readdirSync(folder).map((file) => path.basename(file, '.json'));
	const entry = z.object({ type: z.string(), properties: z.record(z.unknown()).optional() });
	const field = z.object({ type: z.string(), items: entry.optional() }).strict();
	const schemaFile = z
		.object({ type: z.literal('object'), properties: z.record(field), version: z.literal(1) })
		.strict();
	const typeOf = (value: unknown): object => {
		if (value === null) return { type: 'null' };
		if (Array.isArray(value)) return { type: 'array', items: typeOfEntry(value[0]) };
		return { type: typeof value };
	};
	const typeOfEntry = (value: unknown): object =>
		typeof value === 'object' && value !== null
			? { type: 'object', properties: typesIn({ ...value }) }
			: { type: value === undefined ? 'string' : typeof value };
	const typesIn = (item: IDataObject) =>
		Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typeOf(value)]));

	test.each(files)(
		'of %s says what its items hold, in their order, before the first run',
		async (operation) => {
			const { properties } = schemaFile.parse(
				JSON.parse(readFileSync(path.join(folder, `${operation}.json`), 'utf8')),
			);
			expect(Object.keys(properties).length).toBeLessThanOrEqual(10);
			const [task = {}] = await stage().submit('a');
			await time.sleep(5000);
			const run = await stage().run(
				{ operation, downloadFiles: true, simplify: true },
				{ items: itemsOf(task) },
			);
			const json = run.output(nodeName)[0]?.json ?? {};
			// A new task has no files yet, of which the schema knows the fields.
			const held = typesIn(
				operation === 'runTask' ? { ...json, files: [{ url: '', kind: '' }] } : json,
			);
			const told: object = JSON.parse(JSON.stringify(properties).replaceAll('integer', 'number'));
			expect(held).toEqual(told);
			expect(Object.keys(held)).toEqual(Object.keys(told));
		},
	);
});

describe('Include Input Fields', () => {
	const included = { options: { includeInputFields: true } };
	const rows = itemsOf({ prompt: 'a', row: 7, error: 'of the row' }, { prompt: 'b', row: 8 });

	test.each(['runAndWait', 'runTask'])(
		'puts the incoming item of %s under input_item, and nothing else of it anywhere',
		async (operation) => {
			const run = await stage().run({ ...promptOfItem, ...included, operation }, { items: rows });
			const items = run.output(nodeName);
			expect(items.map(({ json }) => json.input_item)).toEqual(rows.map(({ json }) => json));
			for (const { json } of items) expect(Object.keys(json)).not.toContain('row');
			for (const { json } of items) expect(json.error).toBeUndefined();
		},
	);

	test('never puts it into an error item, which n8n would then take for a success', async () => {
		stage().emulator.setBehaviour(({ number }) => (number === 1 ? { failWith: 'no memory' } : {}));
		const options = { ...included.options, tasksAtOnce: 1 };
		const run = await stage().run(
			{ ...promptOfItem, options },
			{ items: rows, node: { onError: 'continueErrorOutput' } },
		);
		expect(run.output(nodeName, 0)).toMatchObject([{ json: { input_item: { row: 8 } } }]);
		const [failed, ...more] = run.output(nodeName, 1);
		expect(more).toEqual([]);
		expect(failed?.json).toMatchObject({ error: { code: 'TASK_FAILED' } });
		expect(failed?.json).not.toHaveProperty('input_item');
	});

	test('gives the incoming item of Wait for Task, if that has no input_item of its own', async () => {
		const [task] = await stage().submit('a');
		const item = { task_id: task?.task_id ?? '', row: 7 };
		const run = await stage().run(
			{ operation: 'waitForTask', ...included },
			{ items: itemsOf(item) },
		);
		expect(run.output(nodeName)[0]?.json.input_item).toEqual(item);
	});
});

describe('the seed', () => {
	interface Input {
		title: string;
		value: unknown;
	}
	/** The whole body of the API, some inputs changed. */
	const body = (
		changes: Record<string, Partial<Input>> = {},
	): { inputs: Record<string, Input> } => {
		const { inputs } = JSON.parse(stage().emulator.requestExample);
		const image = { value: 'https://example.com/a.png' };
		for (const [id, change] of Object.entries({ [ids.image]: image, ...changes })) {
			inputs[id] = { ...inputs[id], ...change };
		}
		return { inputs };
	};
	const sent = async (json: object, example: object | undefined) => {
		const requestExample = example === undefined ? '' : JSON.stringify(example);
		const run = await stage().run(
			{ inputMode: 'json', inputsJson: JSON.stringify(json) },
			{ credential: { ...stage().credential, requestExample } },
		);
		expect(run.error).toBeUndefined();
		return run.output(nodeName)[0]?.json ?? {};
	};

	test('that was drawn or pinned is at the top of the item', async () => {
		const drawn = await sent({ Seed: 'random' }, body());
		expect(drawn.seed).toEqual(expect.any(Number));
		expect(drawn.seed).toBe(Object(drawn.inputs)[ids.seed].value);
		expect((await sent({ [ids.seed]: 42 }, body())).seed).toBe(42);
	});

	test('is recognized by its title if the credential has no example', async () => {
		expect((await sent(body({ [ids.seed]: { value: 5 } }), undefined)).seed).toBe(5);
	});

	test('is absent where a task has two', async () => {
		const two = body({ [ids.width]: { title: 'Seed 2' } });
		expect(await sent({ Seed: 5 }, two)).not.toHaveProperty('seed');
	});
});

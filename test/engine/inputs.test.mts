import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { productPicture } from '../../sandbox/emulator/apis.mts';
import { everyKind, ids as kinds } from '../realN8n/apis.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, type StageOptions } from './stage.mts';
import { chainOf, ids, nodeName, textToImage, type NodeSettings } from './workflows.mts';

// What a user gives, on its way through the node; what each value means is a table of test/unit/inputs.
const time = useNodeTime();
const behaviour = { durationMs: 5, images: 1 };
const continuing: NodeSettings = { onError: 'continueRegularOutput' };
const json = (text: string): INodeParameters => ({ inputMode: 'json', inputsJson: text });
const automatic: INodeParameters = { inputs: { mappingMode: 'autoMapInputData' } };

describe('what cannot be sent', () => {
	const stage = useStage(() => openStage({ time, behaviour }));
	const nothingSent = { submits: 0, asked: 0, downloads: 0 };
	interface Refusal {
		/** What is wrong. */
		what: string;
		parameters?: INodeParameters;
		/** What the credential has instead of the right fields. */
		credential?: ICredentialDataDecryptedObject;
		/** What the message names. */
		names: string | RegExp;
		code?: string;
	}

	const refusals: Refusal[] = [
		{
			what: 'a form without an example to make it from',
			credential: { requestExample: '' },
			names: 'sample request body',
		},
		{
			what: 'an example that is something else, also where the inputs are given as JSON',
			parameters: json('{}'),
			credential: { requestExample: '<!DOCTYPE html><html></html>' },
			names: 'a web page',
		},
		{
			what: 'several wrong values',
			parameters: {
				inputs: { value: { [ids.width]: '={{ "wide" }}', [ids.prompt]: '', [ids.seed]: 'x' } },
			},
			names: /^3 values are wrong:\n1\. 'Prompt' .*\n2\. .*'Output Width' .*\n3\. .*'Seed' /,
		},
		{
			what: 'an expression that cannot be evaluated',
			parameters: { inputs: { value: { [ids.prompt]: '={{ $json.a.b.c }}' } } },
			names: "'Prompt'",
		},
		{
			what: 'a parameter that cannot be evaluated',
			parameters: { downloadFiles: '={{ $("Nowhere").item.json.x }}' },
			names: 'cannot be read',
		},
		{
			what: 'an empty task id',
			parameters: { operation: 'getStatus', taskId: '={{ $json.task_id }}' },
			names: "'Task ID'",
		},
		{
			what: 'an option out of its range',
			parameters: { options: { tasksAtOnce: '={{ 0 }}' } },
			names: "'Tasks at Once'",
		},
		{
			what: 'an option that is no choice',
			parameters: { options: { outputItems: '={{ "files" }}' } },
			names: "'Output Items'",
		},
		{
			what: 'a limit that comes to nothing, which must not mean no limit',
			parameters: { options: { taskLimit: '={{ $json.nope }}' } },
			names: "'Task Limit'",
		},
		{
			what: 'a yes or no that is neither, or the links would expire unnoticed',
			parameters: { downloadFiles: '={{ "maybe" }}' },
			names: "'Download Files'",
		},
		{
			what: 'more tasks than the user allows',
			parameters: { options: { taskLimit: 2, generationsPerItem: 3 } },
			names: "'Task Limit'",
			code: 'TASK_LIMIT',
		},
		{
			what: 'an API URL that is none',
			credential: { apiUrl: 'my api' },
			names: "'API URL'",
		},
	];

	test.each(refusals)(
		'$what: nothing is sent, and the error, or the error item, names it',
		async ({ parameters, names, code = 'INVALID_INPUT', ...given }) => {
			const credential = { ...stage().credential, ...given.credential };
			const { error } = await stage().run(parameters, { credential });
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { code } });
			expect(error?.message).toMatch(names);
			const node: NodeSettings = { onError: 'continueErrorOutput' };
			const { nodes } = await stage().run(parameters, { credential, node });
			const { main = [] } = nodes[nodeName]?.[0] ?? {};
			expect(main.slice(0, -1).flat()).toEqual([]);
			expect(main.at(-1)).toMatchObject([
				{ json: { error: { code, task_id: null, retryable: false } }, pairedItem: { item: 0 } },
			]);
			expect(stage().emulator.statistics()).toMatchObject(nothingSent);
		},
	);

	test('an option that is wrong for one item affects only that item', async () => {
		const run = await stage().run(
			{ options: { timeoutSeconds: '={{ $json.seconds }}' } },
			{ items: itemsOf({ seconds: 0 }, { seconds: 60 }), node: continuing },
		);
		const [wrong, right] = run.output(nodeName);
		expect(wrong?.json.error).toMatchObject({ code: 'INVALID_INPUT' });
		expect(right?.json.finished).toBe(true);
	});

	test('the last of 200 items is wrong: none is begun, and the error names that item', async () => {
		const items = itemsOf(
			...Array.from({ length: 200 }, (_, n) => ({
				Prompt: 'a cat',
				'Output Width': n === 199 ? 'wide' : 512,
				'Load Image': 'https://example.com/a.png',
			})),
		);
		const { error } = await stage().run({ ...automatic, operation: 'runTask' }, { items });
		expect(error?.message).toContain("'Output Width'");
		expect(error).toMatchObject({ context: { itemIndex: 199 } });
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	});

	test('an account without credits costs nothing, and the user reads the words of the service', async () => {
		const body = { detail: 'no credits left' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402, body });
		const { error } = await stage().run();
		expect(error?.message).toContain('402 (no credits left)');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 0, asked: 0 });
	});

	test('an expression that throws for one task id spoils only its own item', async () => {
		const [task = {}] = await stage().submit('a');
		const taskId = "={{ $json.lost ? $('Nowhere').item.json.id : $json.task_id }}";
		const run = await stage().run(
			{ operation: 'getStatus', taskId },
			{ items: itemsOf(task, { lost: true }), node: { onError: 'continueErrorOutput' } },
		);
		expect(run.output(nodeName, 1)).toMatchObject([{ json: { task_id: task.task_id } }]);
		expect(run.output(nodeName, 3)).toMatchObject([
			{ json: { error: { code: 'INVALID_INPUT' } }, pairedItem: { item: 1 } },
		]);
		const stopped = await stage().run(
			{ operation: 'getStatus', taskId },
			{ items: itemsOf(task, { lost: true }) },
		);
		expect(stopped.error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
	});

	test('Task Limit by an expression: the smallest limit above 0 counts', async () => {
		for (const [limits, charged] of [
			[[0, 1, 1], 0],
			[[5, 0, 2], 0],
			[[0, 3, 4], 3],
			[[0, 0, 0], 3],
		] as const) {
			stage().emulator.reset();
			const options = { taskLimit: '={{ $json.limit }}' };
			const run = await stage().run(
				{ ...promptOfItem, operation: 'runTask', options },
				{ items: itemsOf(...limits.map((limit, item) => ({ prompt: `${item}`, limit }))) },
			);
			expect([limits, run.error?.message, stage().emulator.statistics().charged]).toEqual([
				limits,
				charged === 0 ? expect.stringContaining('Task Limit') : undefined,
				charged,
			]);
		}
	});
});

describe('options by expressions', () => {
	const stage = useStage(() => openStage({ time, behaviour }));

	test('are read as people write them', async () => {
		const options = {
			outputItems: '={{ " one item per FILE" }}',
			sendFilesAs: '={{ "Signed link" }}',
			resubmitWhenUnsure: '={{ "Yes" }}',
			timeoutSeconds: '={{ " 60 " }}',
		};
		const run = await stage().run({ options, downloadFiles: '={{ " no " }}' });
		expect(run.output(nodeName)[0]).toMatchObject({ json: { file_index: 0, finished: true } });
		expect(run.output(nodeName)[0]?.binary).toBeUndefined();
	});
});

describe('a workflow written without knowing the ids and titles of the API', () => {
	const [prompt = '', image = '', seed = '', width = ''] = Object.keys(productPicture.inputs);
	const stage = useStage(() => openStage({ time, behaviour, apis: [productPicture] }));
	/** A form as programs write it. */
	const writtenForm = (value: INodeParameters | string): INodeParameters => ({
		inputs: { mappingMode: 'defineBelow', value },
	});
	const sent = () =>
		stage()
			.created()
			.map((id) => stage().emulator.task(id)?.inputs);

	/** Runs a node with just these parameters on an item with a photo. */
	const run = async (given: INodeParameters, options: StageOptions = {}) => {
		const parameters = { resource: 'task', operation: 'runTask', ...given };
		const nodes = textToImage.nodes.map((node) =>
			node.name === nodeName ? { ...node, parameters } : node,
		);
		const photo = { data: Buffer.from('a photo').toString('base64'), mimeType: 'image/png' };
		const items = [{ json: { prompt: 'a mug', image: 'photo' }, binary: { photo } }];
		return await stage().run({}, { workflow: { ...textToImage, nodes }, items, ...options });
	};

	test.each([
		['automatic mapping', automatic],
		['a form without a schema', writtenForm({ prompt: '={{ $json.prompt }}', image: 'photo' })],
		[
			'an expression for the whole form',
			writtenForm('={{ ({ prompt: $json.prompt, image: "photo" }) }}'),
		],
		['JSON', json('={{ ({ prompt: $json.prompt, image: "photo" }) }}')],
	])('sets prompt and image by their roles in %s', async (_way, parameters) => {
		expect((await run(parameters)).error).toBeUndefined();
		expect(sent()).toMatchObject([
			{
				[prompt]: { title: 'Positive Prompt', value: 'a mug' },
				[image]: { value: Buffer.from('a photo').toString('base64') },
				[seed]: { value: expect.any(Number) },
				[width]: { value: 1024 },
			},
		]);
	});

	test('pays for nothing where the prompt of its JSON is undefined', async () => {
		const items = itemsOf({ promt: 'a mug' });
		const { error } = await run(json('={{ { prompt: $json.prompt, seed: "random" } }}'), { items });
		expect(error?.message).toContain("'Positive Prompt'");
		expect(sent()).toEqual([]);
	});

	test('is refused with a list of the inputs of the API where its form does not fit', async () => {
		const { error } = await run(writtenForm({ '7b7fae99f81ef925': 'a mug' }));
		expect(error?.message).toContain("'7b7fae99f81ef925'");
		expect(error?.description).toContain("- image ('Product Photo')");
		expect(sent()).toEqual([]);
	});

	test('is told by the hint what it has left out, files first, and never the seed', async () => {
		for (const parameters of [json('{ "prompt": "a mug" }'), automatic]) {
			const ran = await stage().run(parameters, { items: itemsOf({ prompt: 'a mug' }) });
			expect(ran.nodes[nodeName]?.[0]?.hints[0]?.message).toContain('Product Photo, Width');
		}
		const all = '{ "prompt": "a mug", "image": "https://example.com/mug.png", "Width": 8 }';
		const ran = await stage().run(json(all));
		expect(ran.nodes[nodeName]?.[0]?.hints[0]?.message).not.toContain('Width');
	});
});

describe('two InstaSD nodes in a row', () => {
	const stage = useStage(() => openStage({ time, behaviour, apis: [everyKind] }));

	test('draw a seed for each of their tasks, although each item has the seed of the task before', async () => {
		const parameters = { ...automatic, operation: 'runAndWait' };
		const workflow = chainOf({ name: 'First', parameters }, { name: 'Second', parameters });
		const items = itemsOf({ prompt: 'a cat' }, { prompt: 'a dog' }, { prompt: 'a fox' });
		expect((await stage().run({}, { workflow, items })).error).toBeUndefined();
		const sent = stage()
			.created()
			.map((id) => stage().emulator.task(id)?.inputs?.[kinds.seed]);
		expect(new Set(sent.map((seed) => seed?.value)).size).toBe(6);
	});
});

describe('an API whose prompt cannot be recognized', () => {
	const prompt = 'aaaaaaaaaaaaaa01';
	const inputs = {
		[prompt]: { title: 'Description', value: 'A bottle of perfume' },
		aaaaaaaaaaaaaa02: { title: 'Picture', value: 'https://example.com/bottle.png' },
	};
	const stage = useStage(() => openStage({ time, behaviour, apis: [{ name: 'odd', inputs }] }));

	test("refuses an item's prompt rather than pay for that of the example, and takes the field with its title", async () => {
		const run = async (item: Record<string, string>) =>
			await stage().run({ ...automatic, operation: 'runTask' }, { items: itemsOf(item) });
		expect((await run({ prompt: 'a mug' })).error?.message).toContain("'prompt'");
		expect(stage().created()).toEqual([]);
		await run({ prompt: 'a mug', Description: 'a cup', other: 'x' });
		expect(
			stage()
				.created()
				.map((id) => stage().emulator.task(id)?.inputs),
		).toMatchObject([{ [prompt]: { value: 'a cup' } }]);
	});
});

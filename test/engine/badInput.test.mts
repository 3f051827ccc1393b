import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage } from './stage.mts';
import { ids, nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 5, images: 0 } }));

const nothingSent = { submits: 0, asked: 0, downloads: 0 };
interface Refusal {
	/** What is wrong. */
	what: string;
	parameters?: INodeParameters;
	/** What the credential has instead of the right fields. */
	credential?: ICredentialDataDecryptedObject;
	/** The error's message, and how to get unstuck. */
	says: string;
	wayOut: string;
}

const refusals: Refusal[] = [
	{
		what: 'a form without an example to make it from',
		credential: { requestExample: '' },
		says: 'The credential has no sample request body',
		wayOut: "into 'Sample Request Body' of the credential",
	},
	{
		what: 'an example that is something else, also where the inputs are given as JSON',
		parameters: { inputMode: 'json', inputsJson: '{}' },
		credential: { requestExample: '<!DOCTYPE html><html></html>' },
		says: 'The sample request body in the credential is a web page',
		wayOut: "from 'API Instructions'",
	},
	{
		what: 'a prompt that was not filled in',
		parameters: { inputs: { value: { [ids.prompt]: null } } },
		says: "'Prompt' needs text, such as 'Woman sitting on a chair with",
		wayOut: 'Nothing was sent. Fill in its field, or drag a value onto it.',
	},
	{
		what: 'several wrong values',
		parameters: {
			inputs: { value: { [ids.width]: '={{ "wide" }}', [ids.prompt]: '', [ids.seed]: 'x' } },
		},
		says: [
			'3 values are wrong:',
			"1. 'Prompt' needs text, such as 'Woman sitting on a chair with a cheetah in front of her'",
			"2. Input 'Output Width' takes a number, not 'wide'",
			"3. Input 'Seed' takes a whole number",
		].join('\n'),
		wayOut: 'Correct the value in the form',
	},
	{
		what: 'JSON that gives nothing',
		parameters: { inputMode: 'json', inputsJson: '{}' },
		says: 'The JSON gives no input',
		wayOut: "- image ('Load Image'): a link, or the name of one of the item's files, required",
	},
	{
		what: 'an expression that cannot be evaluated',
		parameters: { inputs: { value: { [ids.prompt]: '={{ $json.a.b.c }}' } } },
		says: "Input 'Prompt'",
		wayOut: 'check the spelling of the field it reads',
	},
	...['={{ { prompt: "a cat" } }}', '={{ 5 }}', 'a cat', ['a cat']].map((inputs) => ({
		what: `in place of the form, ${JSON.stringify(inputs)}`,
		parameters: { inputs },
		says: 'The form is not an object with the inputs under',
		wayOut: "Or set 'Inputs' to JSON",
	})),
	{
		what: 'an empty task id',
		parameters: { operation: 'getStatus', taskId: '={{ $json.task_id }}' },
		says: "The parameter 'Task ID' is empty",
		wayOut: "'task_id'",
	},
	{
		what: 'an option out of its range',
		parameters: { options: { tasksAtOnce: '={{ 0 }}' } },
		says: "Option 'Tasks at Once' takes a whole number from 1 to 1000, not",
		wayOut: 'Correct it',
	},
	{
		what: 'more tasks than the user allows',
		parameters: { options: { taskLimit: 2, generationsPerItem: 3 } },
		says: "The items make 3 tasks, and the option 'Task Limit' allows 2",
		wayOut: 'Raise the limit',
	},
	{
		what: 'an API URL that is none',
		credential: { apiUrl: 'my api' },
		says: "'API URL' in the credential is not a URL: 'my api'",
		wayOut: "Copy 'API URL' from 'API Instructions'",
	},
	{
		what: 'a Postman collection that is none',
		credential: { setup: 'postman', postmanCollectionWithToken: '{}', requestExample: '' },
		says: "it has no list of requests ('item')",
		wayOut: 'Download the Postman collection',
	},
];

describe.each(refusals)('$what', ({ parameters, credential = {}, says, wayOut }) => {
	const run = async (node: NodeSettings = {}) =>
		await stage().run(parameters, { credential: { ...stage().credential, ...credential }, node });

	test('sends nothing, and the error says what is wrong and what to do', async () => {
		const { error } = await run();
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toContain(says);
		expect(error?.description).toContain(wayOut);
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	});

	test('is the error item with "continue"', async () => {
		const { status, nodes } = await run({ onError: 'continueErrorOutput' });
		expect(status).toBe('success');
		const { main = [] } = nodes[nodeName]?.[0] ?? {};
		expect(main.slice(0, -1).flat()).toEqual([]);
		const code = expect.stringMatching(/^(INVALID_INPUT|TASK_LIMIT)$/);
		expect(main.at(-1)).toMatchObject([
			{
				json: {
					error: { code, task_id: null, retryable: false },
					message: expect.stringContaining(says),
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	});
});

test('JSON that gives something is completed by the prompt of the example', async () => {
	const run = await stage().run({
		inputMode: 'json',
		inputsJson: '{ "Load Image": "https://example.com/a.png" }',
	});
	expect(run.output(nodeName)[0]?.json.inputs).toMatchObject({
		[ids.prompt]: { value: 'Woman sitting on a chair with a cheetah in front of her' },
	});
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

describe('200 items of which the last is wrong', () => {
	const items = itemsOf(
		...Array.from({ length: 200 }, (_, n) => ({
			Prompt: 'a cat',
			'Output Width': n === 199 ? 'wide' : 512,
			'Load Image': 'https://example.com/a.png',
		})),
	);
	const parameters = {
		operation: 'runTask',
		inputs: { mappingMode: 'autoMapInputData' },
		options: { tasksAtOnce: 50 },
	};

	test('are not begun: the error names the item and nothing is sent', async () => {
		const run = await stage().run(parameters, { items });
		expect(run.error?.message).toContain("Input 'Output Width'");
		expect(run.error?.message).toContain("takes a number, not 'wide'");
		expect(run.error).toMatchObject({ context: { itemIndex: 199 } });
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	});
});

describe('what is sent and refused costs nothing:', () => {
	test('a wrong token', async () => {
		const run = await stage().run({}, { credential: { ...stage().credential, apiToken: 'wrong' } });
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(run.error?.message).toContain('The task was not created: the service answered 401');
		expect(run.error?.description).toContain('The token of this credential was refused');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 0, asked: 0 });
	});

	test('an account without credits, in the words of the service', async () => {
		const body = { detail: 'no credits left' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402, body });
		const run = await stage().run();
		expect(run.error?.name).toBe('NodeApiError');
		expect(run.error?.message).toContain('the service answered 402 (no credits left)');
		expect(run.error?.description).toContain('nothing was charged');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 0, asked: 0 });
	});
});

import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage } from './stage.mts';
import { ids, nodeName } from './workflows.mts';

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
		says: 'The credential has no request example',
		wayOut: "paste it into 'Request Example' of the credential",
	},
	{
		what: 'an example whose end is missing',
		credential: { requestExample: '{ "inputs": { "a": ' },
		says: 'The request example in the credential is cut off',
		wayOut: "Open 'API Instructions'",
	},
	{
		what: 'an example that is something else, also where the inputs are given as JSON',
		parameters: { inputMode: 'json', inputsJson: '{}' },
		credential: { requestExample: '<!DOCTYPE html><html></html>' },
		says: 'The request example in the credential is a web page',
		wayOut: "Open 'API Instructions'",
	},
	{
		what: 'an example without inputs',
		credential: { requestExample: '{ "inputs": {} }' },
		says: 'The request example in the credential has no inputs',
		wayOut: "Open 'API Instructions'",
	},
	{
		what: 'a picture that must be given and is not',
		parameters: { inputs: { value: { [ids.image]: '' } } },
		says: "Input 'Load Image'",
		wayOut: 'The item has no files.',
	},
	{
		what: 'a prompt that was not filled in',
		parameters: { inputs: { value: { [ids.prompt]: null } } },
		says: "Input 'Prompt' needs a value, such as 'Woman sitting on a chair with",
		wayOut: 'Nothing was sent. Fill in its field, or drag a value onto it.',
	},
	{
		what: 'a prompt whose field was removed',
		parameters: {
			inputs: {
				value: { [ids.prompt]: null },
				schema: [{ id: ids.prompt, displayName: 'Prompt', type: 'string', removed: true }],
			},
		},
		says: "Input 'Prompt' needs a value",
		wayOut: 'Fill in its field',
	},
	{
		what: 'a prompt whose expression gives empty text',
		parameters: { inputs: { value: { [ids.prompt]: '={{ $json.text ?? "" }}' } } },
		says: "Input 'Prompt' needs a value",
		wayOut: 'If it has an expression, that returned nothing',
	},
	{
		what: 'a prompt that automatic mapping does not find',
		parameters: { inputs: { mappingMode: 'autoMapInputData' } },
		says: "Input 'Prompt' needs a value, such as 'Woman sitting on a chair with",
		wayOut: "the item's field 'prompt' or 'Prompt'",
	},
	{
		what: 'several wrong values',
		parameters: {
			inputs: { value: { [ids.width]: '={{ "wide" }}', [ids.prompt]: '', [ids.seed]: 'x' } },
		},
		says: [
			'3 values are wrong:',
			"1. Input 'Prompt' needs a value, such as 'Woman sitting on a chair with a cheetah in front of her'",
			"2. Input 'Output Width' takes a number, not 'wide'",
			"3. Input 'Seed' takes a whole number",
		].join('\n'),
		wayOut: 'Correct the value in the form',
	},
	{
		what: 'several wrong values in JSON',
		parameters: {
			inputMode: 'json',
			inputsJson: '{ "Promt": "a cat", "Output Width": "wide" }',
		},
		says: [
			'3 values are wrong:',
			"1. The API has no input 'Promt'; did you mean 'Prompt'?",
			"2. Input 'Output Width' takes a number, not 'wide'",
			"3. Input 'Load Image'",
		].join('\n'),
		wayOut: "The API's inputs:",
	},
	{
		what: 'a key in the form that means no input, as a program may write one',
		parameters: { inputs: { value: { promt: 'a cat' } } },
		says: "The API has no input 'promt'; did you mean 'Prompt'?",
		wayOut: "- seed ('Seed'): 'random' or a whole number",
	},
	{
		what: 'JSON that gives nothing',
		parameters: { inputMode: 'json', inputsJson: '{}' },
		says: 'The JSON gives no input',
		wayOut: "- image ('Load Image'): URL or file, required",
	},
	{
		what: 'JSON that is broken',
		parameters: { inputMode: 'json', inputsJson: '{ "Prompt": ' },
		says: 'JSON',
		wayOut: '',
	},
	{
		what: 'an input that the example does not know',
		parameters: { inputMode: 'json', inputsJson: '{ "Promt": "a cat" }' },
		says: "'Promt'",
		wayOut: 'Prompt',
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
		wayOut: 'Correct the option',
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
		says: "The API URL in the credential is not a URL: 'my api'",
		wayOut: "Copy the API URL from 'API Instructions'",
	},
	{
		what: 'an API URL that would send the token unencrypted',
		credential: { apiUrl: 'http://api.instasd.com/api_endpoints/x' },
		says: 'must begin with https://',
		wayOut: 'The token would be sent unencrypted',
	},
	{
		what: 'an empty token',
		credential: { apiToken: ' ' },
		says: 'The API token in the credential is empty',
		wayOut: "Copy the token from 'API Instructions'",
	},
	{
		what: 'a Postman collection that is none',
		credential: { setup: 'postman', postmanCollectionWithToken: '{}', requestExample: '' },
		says: "it has no list of requests ('item')",
		wayOut: 'Download the Postman collection',
	},
];

test.each(refusals)(
	'$what: nothing is sent, and the error says what and what to do',
	async ({ parameters, credential = {}, says, wayOut }) => {
		const run = await stage().run(parameters, {
			credential: { ...stage().credential, ...credential },
		});
		expect(run.status).toBe('error');
		expect(run.error?.name).toBe('NodeOperationError');
		expect(run.error?.message).toContain(says);
		expect(run.error?.description).toContain(wayOut);
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	},
);

test.each(refusals)(
	'$what: with "continue" it is the error item',
	async ({ parameters, credential = {}, says }) => {
		const run = await stage().run(parameters, {
			credential: { ...stage().credential, ...credential },
			node: { onError: 'continueErrorOutput' },
		});
		expect(run.status).toBe('success');
		const { main = [] } = run.nodes[nodeName]?.[0] ?? {};
		expect(main.slice(0, -1).flat()).toEqual([]);
		const [item] = main.at(-1) ?? [];
		expect(item?.json).toMatchObject({
			error: {
				code: expect.stringMatching(/^(INVALID_INPUT|TASK_LIMIT)$/),
				task_id: null,
				retryable: false,
			},
			message: expect.stringContaining(says),
		});
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(stage().emulator.statistics()).toMatchObject(nothingSent);
	},
);

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

	test('with "continue" make 199 tasks, and an error item in the place of the wrong one', async () => {
		const run = await stage().run(parameters, {
			items,
			node: { onError: 'continueRegularOutput' },
		});
		const output = run.output(nodeName);
		expect(output).toHaveLength(200);
		expect(new Set(output.slice(0, 199).map(({ json }) => json.task_id)).size).toBe(199);
		expect(output[199]).toMatchObject({
			json: { error: { code: 'INVALID_INPUT' } },
			pairedItem: { item: 199 },
		});
		expect(stage().emulator.statistics()).toMatchObject({ charged: 199, submits: 199 });
	});
});

describe('what is sent, refused, and costs nothing', () => {
	test.each([
		['a wrong token', () => 'wrong'],
		['the token of another API', () => stage().emulator.apis[1]?.token ?? ''],
	])('%s', async (_, token) => {
		const run = await stage().run({}, { credential: { ...stage().credential, apiToken: token() } });
		expect(run.error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(run.error?.message).toContain('The task was not created: the service answered 401');
		expect(run.error?.description).toContain('The token of this credential was refused');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 0, asked: 0 });
	});

	test.each([400, 402, 404, 413, 422])('a refusal with status %i', async (status) => {
		const body = { detail: 'no credits left' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status, body });
		const run = await stage().run();
		expect(run.error?.name).toBe('NodeApiError');
		expect(run.error?.message).toContain(`the service answered ${status} (no credits left)`);
		expect(run.error?.description).toContain('nothing was charged');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 0, asked: 0 });
	});
});

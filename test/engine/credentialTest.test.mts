import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import { openStage } from './stage.mts';

const stage = useStage(() => openStage());

const press = async (changes: ICredentialDataDecryptedObject = {}) =>
	await stage().engine.testCredential('instaSdApi', { ...stage().credential, ...changes });

type Unasked<T> = T extends FaultRequest ? Omit<T, 'call'> : never;
/** What the test button says when the service answers like this. */
const pressWith = async (fault: Unasked<FaultRequest>) => {
	stage().emulator.addFault({ ...fault, call: 'status', times: Infinity });
	return await press();
};

describe('the test button is green', () => {
	test('for the right URL and token, and nothing is charged', async () => {
		expect(await press()).toMatchObject({ status: 'OK' });
		expect(stage().emulator.statistics()).toMatchObject({
			...{ asked: 1, submits: 0, charged: 0, unauthorized: 0, leaked: 0 },
		});
	});

	test('for a URL and token as people paste them', async () => {
		const { apiUrl, apiToken } = stage().credential;
		const pasted = {
			apiUrl: ` ${String(apiUrl)}/run_task/ `,
			apiToken: `Bearer ${String(apiToken)}\n`,
		};
		expect(await press(pasted)).toMatchObject({ status: 'OK' });
		expect(stage().emulator.statistics()).toMatchObject({ asked: 1, unauthorized: 0 });
	});

	test('for a Postman collection', async () => {
		const collection = {
			info: { name: 'text to image' },
			auth: {
				type: 'bearer',
				bearer: [{ key: 'token', value: stage().emulator.token, type: 'string' }],
			},
			item: [{ name: 'Run task', request: { url: `${stage().emulator.apiUrl}/run_task` } }],
		};
		const pasted = {
			setup: 'postman',
			postmanCollectionWithToken: JSON.stringify(collection),
			...{ apiUrl: '', apiToken: '', requestExample: '' },
		};
		expect(await press(pasted)).toMatchObject({ status: 'OK' });
	});

	test('for a curl command in place of the Postman collection', async () => {
		const { apiUrl, apiToken, requestExample } = stage().credential;
		const postmanCollectionWithToken = `curl -X POST '${String(apiUrl)}/run_task' \\
  -H 'Authorization: Bearer ${String(apiToken)}' \\
  -d '${String(requestExample).replaceAll("'", "'\\''")}'`;
		const pasted = { setup: 'postman', postmanCollectionWithToken };
		expect(await press({ ...pasted, apiUrl: '', apiToken: '', requestExample: '' })).toMatchObject({
			status: 'OK',
		});
	});

	test.each([
		['no example, since inputs can be given as JSON', ''],
		['an example that is nearly JSON', "{ inputs: { a: { title: 'Prompt', value: 'a cat' }, } }"],
	])('for %s', async (_, requestExample) => {
		expect(await press({ requestExample })).toMatchObject({ status: 'OK' });
	});

	test.each([200, 400, 404, 422])('when the service answers %i and JSON', async (status) => {
		expect(await pressWith({ kind: 'status', status })).toMatchObject({ status: 'OK' });
	});
});

describe('a 404 in JSON', () => {
	test.each([
		'no Route matched with those values',
		'The current request is not defined by this API.',
	])('is red for the words with which a gateway denies the API: %s', async (message) => {
		expect(await pressWith({ kind: 'status', status: 404, body: { message } })).toEqual({
			status: 'Error',
			message: "'API URL' leads to no API: copy it again from API Instructions",
		});
	});

	test.each([
		{ message: 'Not Found' },
		{ detail: 'Not Found' },
		{ error: 'Task not found' },
		{ message: 'No task matched. no Route matched with those values' },
		{ error: 'no Route matched with those values' },
	])('stays green for words that may mean the task: %j', async (body) => {
		expect(await pressWith({ kind: 'status', status: 404, body })).toMatchObject({ status: 'OK' });
	});
});

describe('the test button is red', () => {
	test('for a wrong token, and for the token of another API', async () => {
		const tokens = ['wrong-token', stage().emulator.apis[1]?.token ?? ''];
		for (const apiToken of tokens) {
			expect(await press({ apiToken })).toEqual({
				status: 'Error',
				message: expect.stringMatching(/^InstaSD refused the token of this credential .*same API/),
			});
		}
		expect(stage().emulator.statistics()).toMatchObject({ submits: 0, leaked: 0 });
	});

	test.each<[what: string, requestExample: string, words: string]>([
		['a ComfyUI workflow', '{"3":{"class_type":"KSampler","inputs":{}}}', 'is a ComfyUI workflow'],
		['an OpenAPI document', '{"openapi":"3.1.0","paths":{}}', 'is an OpenAPI document'],
		['the reply of Run Task', '{"task_id":"x","status":"CREATED"}', 'is a reply of Run Task'],
		['half of it', '{"inputs":{"a":{"title":"A"', 'its brackets do not close'],
		['a wrong input', '{"inputs":{"a":{"value":[]}}}', "(its 'value')"],
	])('for %s as the sample request body, with what to paste', async (_, requestExample, words) => {
		const { status, message } = await press({ requestExample });
		expect(status).toBe('Error');
		expect(message).toContain(words);
		expect(message).toMatch(/API Instructions|must look like/);
		expect(stage().emulator.requests()).toEqual([]);
	});

	test.each([401, 402, 403, 405, 429, 500, 502, 503])(
		'when the service answers %i',
		async (status) => {
			expect(await pressWith({ kind: 'status', status })).toMatchObject({ status: 'Error' });
		},
	);

	test.each([200, 404])('for a web page with status %i, and says so', async (status) => {
		expect(await pressWith({ kind: 'html', status })).toEqual({
			status: 'Error',
			message: expect.stringContaining('leads to a web page, not to the API'),
		});
	});

	test('for a redirect, which is not followed', async () => {
		expect(await pressWith({ kind: 'redirect', to: 'fileOrigin' })).toMatchObject({
			status: 'Error',
		});
		expect(stage().emulator.statistics()).toMatchObject({ asked: 1, leaked: 0 });
		expect(stage().emulator.requests()).toHaveLength(1);
	});

	test('for a URL where nobody listens, with the network’s own code', async () => {
		await stage().emulator.stopListening();
		const result = await press().finally(async () => await stage().emulator.listenAgain());
		expect(result).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	test.each([
		['no URL', { apiUrl: 'my api' }, "not a URL: 'my api'"],
		['an empty URL', { apiUrl: '' }, "'API URL' in the credential is empty"],
		['http to a public host', { apiUrl: 'http://api.instasd.com/x' }, 'must begin with https://'],
		['an empty token', { apiToken: '' }, "'API Token' in the credential is empty"],
		[
			'a broken Postman collection',
			{ setup: 'postman', postmanCollectionWithToken: '{' },
			"The text in 'Postman Collection' in the credential is not JSON",
		],
	])('for %s, in words that say what is wrong', async (_, changes, words) => {
		expect(await press(changes)).toEqual({
			status: 'Error',
			message: expect.stringContaining(words),
		});
		expect(stage().emulator.requests()).toEqual([]);
	});
});

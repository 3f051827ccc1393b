import { textToImage, imageToVideo } from '../../sandbox/emulator/apis.mts';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { postmanCollectionOf } from '../../sandbox/emulator/page.mts';
import { testCredential } from '../../sandbox/n8n/session.mts';
import { credentialOf, openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openStage([textToImage, imageToVideo]));
const api = () => stage().api(textToImage.name);

type Changes = Record<string, unknown>;
/** What the test button of the credential's dialog says. */
const press = async (changes: Changes = {}) =>
	await testCredential(stage().session, { ...credentialOf(api(), changes), id: '' });

type Unasked<T> = T extends FaultRequest ? Omit<T, 'call'> : never;
const pressWith = async (fault: Unasked<FaultRequest>) => {
	stage().emulator.addFault({ ...fault, call: 'status', times: Infinity });
	return await press();
};
const none = { apiUrl: '', apiToken: '', requestExample: '' };
const pasted = (postmanCollectionWithToken: string) => ({
	...{ setup: 'postman', postmanCollectionWithToken, ...none },
});

describe('the test button is green', () => {
	it.each<[string, () => Changes]>([
		['the right URL and token', () => ({})],
		[
			'a URL and token as people paste them',
			() => ({ apiUrl: ` ${api().apiUrl}/run_task/ `, apiToken: `Bearer ${api().token}\n` }),
		],
		['a Postman collection', () => pasted(postmanCollectionOf(api()))],
		[
			'a curl command in place of the Postman collection',
			() =>
				pasted(
					`curl '${api().apiUrl}/run_task' -H 'Authorization: Bearer ${api().token}' -d '{"inputs":{"a":1}}'`,
				),
		],
		['no sample, since inputs can be given as JSON', () => ({ requestExample: '' })],
		['a sample that is nearly JSON', () => ({ requestExample: "{ inputs: { a: 'a cat', } }" })],
	])('for %s, and nothing is charged', async (_, changes) => {
		expect(await press(changes())).toMatchObject({ status: 'OK' });
		expect(stage().emulator.statistics()).toMatchObject({
			...{ asked: 1, submits: 0, unauthorized: 0, leaked: 0 },
		});
	});

	it.each([
		{ detail: 'Not Found' },
		{ error: 'Task not found' },
		{ message: 'No task matched. no Route matched with those values' },
		{ error: 'no Route matched with those values' },
	])('for a 404 whose words may mean the task: %j', async (body) => {
		expect(await pressWith({ kind: 'status', status: 404, body })).toMatchObject({ status: 'OK' });
	});

	it.each([200, 400, 404, 422])('when the service answers %i and JSON', async (status) => {
		expect(await pressWith({ kind: 'status', status })).toMatchObject({ status: 'OK' });
	});
});

describe('the test button is red', () => {
	it('for a wrong token, and for the token of another API', async () => {
		for (const apiToken of ['wrong-token', stage().api(imageToVideo.name).token]) {
			expect(await press({ apiToken })).toEqual({
				status: 'Error',
				message: expect.stringMatching(/^InstaSD refused the token of this credential .*same API/),
			});
		}
		expect(stage().emulator.statistics()).toMatchObject({ submits: 0, leaked: 0 });
	});

	it.each<[string, Changes, string]>([
		['a ComfyUI workflow', { requestExample: '{"3":{"class_type":"K"}}' }, 'a ComfyUI workflow'],
		['half of a sample', { requestExample: '{"inputs":{"a":' }, 'its brackets do not close'],
		['no URL', { apiUrl: 'my api' }, "not a URL: 'my api'"],
		['http to a public host', { apiUrl: 'http://api.instasd.com/x' }, 'must begin with https://'],
		['an empty token', { apiToken: '' }, "'API Token' in the credential is empty"],
		['a broken Postman collection', pasted('{'), "The text in 'Postman Collection'"],
	])('for %s, in words that say what is wrong, and nothing is sent', async (_, changes, words) => {
		expect(await press(changes)).toEqual({
			status: 'Error',
			message: expect.stringContaining(words),
		});
		expect(stage().emulator.requests()).toEqual([]);
	});

	it.each([401, 402, 403, 405, 429, 500, 502, 503])(
		'when the service answers %i',
		async (status) => {
			expect(await pressWith({ kind: 'status', status })).toMatchObject({ status: 'Error' });
		},
	);

	it.each([
		[200, ''],
		[404, ''],
		// As Django begins it.
		[404, '\n'],
	])('for a web page with status %i, and %j before it, and says so', async (status, before) => {
		expect(await pressWith({ kind: 'html', status, before })).toEqual({
			status: 'Error',
			message: expect.stringContaining('leads to a web page, not to the API'),
		});
	});

	it.each([
		'no Route matched with those values',
		'The current request is not defined by this API.',
	])('for a 404 with which a gateway denies the API: %s', async (message) => {
		expect(await pressWith({ kind: 'status', status: 404, body: { message } })).toEqual({
			status: 'Error',
			message: "'API URL' leads to no API: copy it again from API Instructions",
		});
	});

	it('for a redirect, which is not followed', async () => {
		const { status } = await pressWith({ kind: 'redirect', to: 'fileOrigin' });
		expect(status).toBe('Error');
		expect(stage().emulator.statistics()).toMatchObject({ asked: 1, leaked: 0 });
		expect(stage().emulator.requests()).toHaveLength(1);
	});
});

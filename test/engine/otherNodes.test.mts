// Other nodes that use the credential for requests of their own.
import type { IHttpRequestOptions } from 'n8n-workflow';
import { InstaSdApi } from '../../credentials/InstaSdApi.credentials.ts';
import { createEngine, type Engine } from './harness/engine.mts';
import { listen, probeNode, probeWorkflow, type Behaviour, type LocalServer } from './probe.mts';

let engine: Engine;
let api: LocalServer;
let elsewhere: LocalServer;
let behaviour: Behaviour;
const stolen: Array<string | undefined> = [];

class Other extends probeNode(() => behaviour) {
	constructor() {
		super();
		this.description.credentials = [{ name: 'instaSdApi' }];
	}
}

beforeAll(async () => {
	engine = await createEngine({
		nodeTypes: { 'n8n-nodes-test.probe': Other },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	elsewhere = await listen(({ headers }, response) => {
		stolen.push(headers.authorization);
		response.end('{}');
	});
	api = await listen(({ url, headers }, response) => {
		if (url === '/api/moved') response.writeHead(302, { location: elsewhere.url });
		response.end(JSON.stringify({ url, authorization: headers.authorization }));
	});
});
afterAll(async () => {
	api.close();
	elsewhere.close();
	await engine.close();
});
beforeEach(() => stolen.splice(0));

/** What another node gets that uses the credential for a request of its own. */
async function requestOf(
	options: IHttpRequestOptions,
	helper:
		| 'httpRequestWithAuthentication'
		| 'requestWithAuthentication' = 'httpRequestWithAuthentication',
) {
	behaviour = async function () {
		const json = await this.helpers[helper].call(this, 'instaSdApi', options);
		return [[{ json: Object(json) }]];
	};
	const credentials = { instaSdApi: { id: 'one', name: 'InstaSD' } };
	const run = await engine.run(probeWorkflow({ credentials }), {
		credentials: {
			one: { setup: 'manual', apiUrl: `${api.url}/api`, apiToken: 'secret-token' },
		},
	});
	return run.error?.message ?? run.output('Probe')[0]?.json;
}

test.each(['/cancel', `absolute`])(
	'another node can call the API with the credential: %s',
	async (url) => {
		const answer = await requestOf({ url: url === 'absolute' ? `${api.url}/api/cancel` : url });
		expect(answer).toEqual({ url: '/api/cancel', authorization: 'Bearer secret-token' });
	},
);

/** What an expression can make of a URL, whatever n8n's types say. */
const urlOf = (given: unknown): IHttpRequestOptions => Object.assign({ url: '' }, { url: given });

test.each<[string, () => IHttpRequestOptions]>([
	['its URL', () => ({ url: elsewhere.url })],
	['its URL without a scheme', () => ({ url: elsewhere.url.replace('http:', '') })],
	['its base URL', () => ({ baseURL: elsewhere.url, url: '/' })],
	['the older form of a request', () => ({ url: '', uri: elsewhere.url })],
	['a URL that is an object', () => urlOf(new URL(elsewhere.url))],
	['a list', () => urlOf([elsewhere.url])],
	['an object that becomes a text', () => urlOf({ toString: () => elsewhere.url })],
])('a request to another address by %s is not sent', async (_, options) => {
	for (const helper of ['httpRequestWithAuthentication', 'requestWithAuthentication'] as const) {
		expect(await requestOf(options(), helper)).toContain('was not sent to another address');
	}
	expect(stolen).toEqual([]);
});

test.each<[string, () => unknown]>([
	[
		'as n8n has it',
		() => ({ protocol: 'http', host: '127.0.0.1', port: new URL(elsewhere.url).port }),
	],
	['as a text', () => elsewhere.url],
])(
	'a request with the token of an API without https is not sent through a proxy (%s)',
	async (_, proxy) => {
		const options: IHttpRequestOptions = { url: `${api.url}/api/x` };
		Object.assign(options, { proxy: proxy() });
		for (const helper of ['httpRequestWithAuthentication', 'requestWithAuthentication'] as const) {
			expect(await requestOf(options, helper)).toContain('not sent through a proxy');
		}
		expect(stolen).toEqual([]);
	},
);

test('a redirect does not get the token', async () => {
	await requestOf({ url: '/moved' });
	expect(stolen).toEqual([undefined]);
});

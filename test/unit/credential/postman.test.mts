import { readPastedSetup } from '../../../nodes/InstaSd/credential/credential';
import {
	base,
	body,
	token,
	submit,
	status,
	collection,
	folder,
	read,
	refuse,
	bearer,
} from './postmanParts.mts';
import { refusalOf } from '../inputs/support.mts';

test('a collection gives URL, token and the sample body', () => {
	expect(read(collection([status(), submit()], bearer))).toEqual({
		apiUrl: `${base}/run_task`,
		apiToken: token,
		requestExample: body,
	});
});

test.each([
	['with a byte order mark', (text: string) => `\uFEFF${text}`],
	['with spaces around it', (text: string) => `\n ${text}\n`],
	["inside an object, as Postman's own API gives it", (text: string) => `{"collection":${text}}`],
])('a collection %s is read', (_how, made) => {
	const text = made(JSON.stringify(collection([submit()], bearer)));
	expect(readPastedSetup(text).apiToken).toBe(token);
});

describe('the request to Run Task', () => {
	test.each([0, 1, 2, 10, 40])('is found %i folders deep', (depth) => {
		let item: unknown[] = [submit()];
		for (let level = 0; level < depth; level++) item = [status(), folder(`level ${level}`, item)];
		expect(read(collection(item, bearer)).apiUrl).toBe(`${base}/run_task`);
	});

	test.each([
		['text', `${base}/run_task`],
		['an object with the raw text', { raw: `${base}/run_task` }],
		[
			'an object with lists',
			{
				protocol: 'https',
				host: ['api', 'instasd', 'com'],
				path: ['api_endpoints', 'abc123def456gh', 'run_task'],
			},
		],
		[
			'an object with texts',
			{
				protocol: 'https',
				host: 'api.instasd.com',
				path: '/api_endpoints/abc123def456gh/run_task',
			},
		],
		[
			'an object with parts that are objects',
			{
				protocol: 'https',
				host: ['api', 'instasd', 'com'],
				path: ['api_endpoints', { type: 'string', value: 'abc123def456gh' }, { value: 'run_task' }],
			},
		],
		[
			'an empty raw text beside the parts',
			{
				raw: '',
				protocol: 'https',
				host: ['api.instasd.com'],
				path: ['api_endpoints', 'abc123def456gh', 'run_task'],
			},
		],
		['a variable with the host', { host: ['{{host}}'], path: ['run_task'] }],
		['a variable with all of it', '{{all}}'],
	])('has its URL as %s', (_as, url) => {
		const variable = [
			{ key: 'host', value: base },
			{ key: 'all', value: '{{host}}/run_task' },
		];
		expect(read(collection([submit({ url })], { ...bearer, variable })).apiUrl).toBe(
			`${base}/run_task`,
		);
	});

	test.each([
		[`${base}/run_task/`],
		[` ${base}/run_task `],
		[`${base}/run_task?debug=1`],
		[{ raw: `${base}/run_task?debug=1`, query: [{ key: 'debug', value: '1' }] }],
	])('is found with a slash, spaces or a query: %j', (url) => {
		expect(read(collection([submit({ url })], bearer)).apiUrl).toContain('/run_task');
	});

	test('keeps its port', () => {
		const url = { protocol: 'http', host: 'localhost', port: '3000', path: ['x', 'run_task'] };
		expect(read(collection([submit({ url })], bearer)).apiUrl).toBe(
			'http://localhost:3000/x/run_task',
		);
	});

	test('may be nothing but its URL', () => {
		const item = { name: 'Run Task', request: `${base}/run_task` };
		expect(read(collection([item], bearer))).toEqual({
			apiUrl: `${base}/run_task`,
			apiToken: token,
			requestExample: undefined,
		});
	});

	test.each([
		undefined,
		null,
		{},
		{ mode: 'raw', raw: '  ' },
		{ mode: 'raw', raw: null },
		{ mode: 'urlencoded', urlencoded: [{ key: 'a', value: 'b' }] },
	])('has no example where its body is %j', (given) => {
		expect(read(collection([submit({ body: given })], bearer)).requestExample).toBeUndefined();
	});

	test('that is missing is said, with the requests there are', () => {
		const { message, description } = refuse(
			collection(
				[status(), folder('Old', [{ name: 'Run', request: `${base}/run_tasks` }])],
				bearer,
			),
		);
		expect(message).toContain("no request to run_task; it has: 'Task Status', 'Run'");
		expect(description).toContain('API Instructions');
		expect(refuse(collection([])).message).toContain('it has: no requests');
		const many = Array.from({ length: 14 }, (_, index) => ({ name: `R${index}`, request: base }));
		expect(refuse(collection(many)).message).toMatch(/'R9' and 4 more$/);
		expect(refuse(collection(many.slice(0, 10))).message).toMatch(/, 'R9'$/);
	});
});

describe('what is no collection', () => {
	test.each(['', '  \n'])('%p is refused as empty', (text) => {
		expect(refusalOf(() => readPastedSetup(text)).message).toContain('is empty');
	});

	test('entries that are no requests are fine', () => {
		const item = [
			null,
			7,
			'x',
			[],
			{},
			{ request: null },
			{ request: { url: 7 } },
			{ item: 'x' },
			submit(),
		];
		expect(read(collection(item, { ...bearer, variable: 'x', event: 7 })).apiToken).toBe(token);
	});

	test('folders without an end are not followed for ever', () => {
		let item: unknown[] = [submit()];
		for (let level = 0; level < 1000; level++) item = [folder('F', item)];
		expect(refuse(collection(item, bearer)).message).toContain('it has: no requests');
	});
});

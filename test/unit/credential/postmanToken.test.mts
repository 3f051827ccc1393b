import {
	type Json,
	base,
	token,
	v21,
	v20,
	submit,
	status,
	collection,
	folder,
	read,
	refuse,
	bearer,
} from './postmanParts.mts';

describe('the token', () => {
	test.each([
		['v2.1', v21],
		['v2.0', v20],
	])(
		'in the way of %s comes from the request, else its folder, else the collection',
		(_version, auth) => {
			const tokenOf = (own?: Json, parent?: Json, root?: Json) =>
				read(collection([folder('F', [submit(own)], parent)], root)).apiToken;
			const [a, b, c] = ['a', 'b', 'c'].map((value) => ({ auth: auth(value) }));
			expect(tokenOf(a, b, c)).toBe('a');
			expect(tokenOf({ auth: null }, b, c)).toBe('b');
			expect(tokenOf({}, { auth: null }, c)).toBe('c');
		},
	);

	test.each([
		['a list', [{ key: 'authorization', value: 'Bearer sk-123' }]],
		[
			'a list with gaps',
			[null, { key: null, value: null }, { key: 'AUTHORIZATION', value: 'Bearer sk-123' }],
		],
	])('may be a header in %s', (_as, header) => {
		expect(read(collection([submit({ header })])).apiToken).toBe('Bearer sk-123');
		expect(read(collection([submit({ header })], { auth: v21('other') })).apiToken).toBe(
			'Bearer sk-123',
		);
		expect(read(collection([submit({ header, auth: { type: 'noauth' } })])).apiToken).toBe(
			'Bearer sk-123',
		);
	});

	test('in a header that is disabled does not count', () => {
		const header = [{ key: 'Authorization', value: 'Bearer old', disabled: true }];
		expect(read(collection([submit({ header })], bearer)).apiToken).toBe(token);
		expect(refuse(collection([submit({ header })])).message).toContain('no bearer token');
	});

	test.each([
		['noauth', { type: 'noauth' }],
		['basic', { type: 'basic', basic: [{ key: 'username', value: 'me' }] }],
	])('is not inherited past a %s', (_type, auth) => {
		expect(refuse(collection([submit({ auth })], bearer)).message).toContain('no bearer token');
		expect(refuse(collection([folder('F', [submit()], { auth })], bearer)).message).toContain(
			'no bearer token',
		);
	});

	test('may be that of another request to the same API', () => {
		expect(read(collection([submit(), status({ auth: v21(token) })])).apiToken).toBe(token);
		const item = [
			folder('A', [submit({ url: '{{api}}/run_task' })]),
			folder('B', [status({ auth: v21('{{t}}') })]),
		];
		const variable = [
			{ key: 'api', value: base },
			{ key: 't', value: 'sk-B' },
		];
		expect(read(collection(item, { variable })).apiToken).toBe('sk-B');
	});

	test('of a request to another host is never taken', () => {
		const item = [
			submit(),
			{
				name: 'Elsewhere',
				request: { url: 'https://example.com/task_status/1', auth: v21('secret') },
			},
		];
		const refusal = refuse(collection(item));
		expect(refusal.message).toContain('no bearer token');
		expect(JSON.stringify(refusal)).not.toContain('secret');
	});
});

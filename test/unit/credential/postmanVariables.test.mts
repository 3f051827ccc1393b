import { readPastedSetup } from '../../../nodes/InstaSd/credential/credential';
import { base, v21, submit, collection, folder, read, refuse, bearer } from './postmanParts.mts';

describe('variables', () => {
	test('are filled in, whitespace or not', () => {
		const item = folder('F', [submit({ url: '{{ base }}/run_task', auth: v21('{{token}}') })]);
		const variable = [
			{ key: 'base', value: base },
			{ key: 'token', value: 'far' },
		];
		expect(read(collection([item], { variable }))).toMatchObject({
			apiUrl: `${base}/run_task`,
			apiToken: 'far',
		});
	});

	test('may hold variables', () => {
		const variable = [
			{ key: 'host', value: 'https://{{name}}.instasd.com' },
			{ key: 'name', value: '{{stage}}' },
			{ key: 'stage', value: 'api' },
		];
		const url = '{{host}}/x/run_task';
		expect(read(collection([submit({ url })], { ...bearer, variable })).apiUrl).toBe(
			'https://api.instasd.com/x/run_task',
		);
	});

	test('may be numbers', () => {
		const variable = [
			{ key: 'port', value: 8443 },
			{ id: 'uuid', key: 'host', value: 'a.example' },
			null,
		];
		const url = 'https://{{host}}:{{port}}/run_task';
		expect(read(collection([submit({ url })], { ...bearer, variable })).apiUrl).toBe(
			'https://a.example:8443/run_task',
		);
	});

	test.each([
		['nowhere defined', []],
		['disabled', [{ key: 'secret', value: 'x', disabled: true }]],
		['defined by itself', [{ key: 'secret', value: '{{secret}}' }]],
	])('that the token needs and that are %s are named', (_how, variable) => {
		const { message, description } = refuse(
			collection([submit({ auth: v21('Bearer {{secret}}') })], { variable }),
		);
		expect(message).toContain("uses the variable 'secret'");
		expect(description).toContain('environment');
	});

	test('that the URL needs are named', () => {
		expect(
			refuse(collection([submit({ url: '{{base_url}}/run_task' })], bearer)).message,
		).toContain("the variable 'base_url'");
	});

	test('without a value are empty, not the word "null"', () => {
		const variable = [{ key: 'token', value: null }, { key: 'more' }];
		expect(
			read(collection([submit({ auth: v21('{{token}}{{more}}x') })], { variable })).apiToken,
		).toBe('x');
	});

	test('are filled into the sample body, where other braces are left alone', () => {
		const raw =
			'{"inputs":{"a":{"title":"P","value":"{{subject}}, {{wildcard}}, {a|b}, {{{x}}}"}}}';
		const variable = [{ key: 'subject', value: 'a cat' }];
		expect(
			read(collection([submit({ body: { mode: 'raw', raw } })], { ...bearer, variable }))
				.requestExample,
		).toBe(raw.replace('{{subject}}', 'a cat'));
	});

	test('that refer to each other in a circle end', () => {
		const variable = [
			{ key: 'a', value: '{{b}}' },
			{ key: 'b', value: '{{a}}' },
		];
		const raw = '{"inputs":{"x":{"value":"{{a}}"}}}';
		expect(
			read(collection([submit({ body: { raw } })], { ...bearer, variable })).requestExample,
		).toMatch(/"\{\{[ab]\}\}"/);
	});

	test('are sought at once in a body with many braces', () => {
		const raw = `{{${' '.repeat(200_000)}${'{{x'.repeat(50_000)}`;
		expect(read(collection([submit({ body: { raw } })], bearer)).requestExample).toBe(raw);
	});
});

test('variables that multiply each other end in words, not in a full memory', () => {
	const variable = Array.from({ length: 30 }, (_, index) => ({
		key: `v${index}`,
		value: `{{v${index + 1}}}`.repeat(40),
	}));
	const text = JSON.stringify({
		item: [{ name: 'Run', request: { url: 'https://x/{{v0}}/run_task' } }],
		auth: { type: 'bearer', bearer: [{ key: 'token', value: 'secret-token' }] },
		variable,
	});
	expect(() => readPastedSetup(text)).toThrow(/uses the variable/);
});

test('a long variable that is used often does not fill the memory', () => {
	const variable = [{ key: 'long', value: 'x'.repeat(50_000) }];
	const body = { mode: 'raw', raw: '{{long}}'.repeat(1000) };
	const read1000 = read(collection([submit({ body })], { ...bearer, variable }));
	expect(read1000.requestExample?.length).toBeLessThan(3_000_000);
});

test('a collection of many requests and variables is read at once', () => {
	const variable = Array.from({ length: 10_000 }, (_, index) => ({ key: `v${index}`, value: '' }));
	const others = variable.map(({ key }) => ({ request: `https://x/{{${key}}}` }));
	const whole = collection([...others, submit({})], { ...bearer, variable });
	expect(read(whole).apiUrl).toContain('/run_task');
});

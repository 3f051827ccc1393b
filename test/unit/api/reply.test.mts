import { readBody } from '../../../nodes/InstaSd/api/reply';

const clean = (text: string) => text.replaceAll('s3cret', '(token)');
const read = (text: string, isWhole = true) => readBody(text, isWhole, clean);
const idIn = (text: string) => read(text).taskId;

test.each([
	['{"task_id":"a-1","status":"CREATED"}', 'a-1'],
	['{"task_id":12345678901234567890}', '12345678901234567890'],
	['{"task_id":1e400}', '1e400'],
	['{"task_id":7.50}', '7.50'],
	['{"previous":{"task_id":"old"},"task_id":12345678901234567890}', '12345678901234567890'],
	['{"previous":{"task_id":1},"task_id":12345678901234567890}', '12345678901234567890'],
	['{"t\\u0061sk_id":7}', '7'],
	['{"task_id": "cut", "status": "CREA', 'cut'],
	['{"task_id" :\n 42, "status": ', '42'],
	['{"task_id":"esc\\u0061ped\\"", ', 'escaped"'],
])('the id in %.70s is kept as it is written', (text, id) => {
	expect(idIn(text)).toBe(id);
});

test.each([
	'{"status":"CREATED"}',
	'{"task_id":null}',
	'{"task_id":{"task_id":"inner"}}',
	'[{"task_id":"in a list"}]',
	'{"task_id":"cut in the id',
	'{"task_id":12',
	'"task_id"',
	'',
	'<html>',
])('%s names no task', (text) => {
	expect(idIn(text)).toBeUndefined();
});

test('the token is taken out of an id, too, also of a broken reply', () => {
	expect(idIn('{"task_id":"s3cret-1"}')).toBe('(token)-1');
	expect(idIn('{"task_id":"s3cret-1", ')).toBe('(token)-1');
});

test('the id in a reply that is too long to be read is kept', () => {
	expect(read('{"task_id":"long","note":"xxx', false)).toEqual({
		body: '',
		taskId: 'long',
	});
});

describe('a token', () => {
	const escaped = [...'s3cret']
		.map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
		.join('');

	test.each([
		['as it is', 's3cret'],
		['with an escape', 's3\\u0063ret'],
		['with escapes alone', escaped],
	])('that is quoted %s is in no text and no key', (_, quoted) => {
		const text = `{"a":"x ${quoted} y","b":[{"${quoted}":["${quoted}",7,null]}],"${quoted}":true}`;
		expect(read(text).body).toEqual({
			a: 'x (token) y',
			b: [{ '(token)': ['(token)', 7, null] }],
			'(token)': true,
		});
	});

	test.each(['s3cret', 's3\\u0063ret', escaped])(
		'%s is not in what is kept of a reply that is no JSON',
		(quoted) => {
			expect(read(`<p>Who is ${quoted}?`).body).toBe('<p>Who is (token)?');
		},
	);

	test('with a slash is found in its escaped form, too', () => {
		const own = (text: string) => text.replaceAll('a/b+c/d=', '(token)');
		const text = String.raw`{"error":"No a\/b+c\/d="}`;
		expect(readBody(text, true, own).body).toEqual({ error: 'No (token)' });
		expect(readBody(text.slice(0, -1), true, own).body).toBe('{"error":"No (token)"');
	});

	test('is not even in part in the beginning of a long text', () => {
		const token = 'abcdefghij'.repeat(150);
		const own = (text: string) => text.replaceAll(token, '(token)');
		for (const isWhole of [true, false]) {
			const { body } = readBody(token.repeat(100), isWhole, own);
			expect(String(body).replaceAll('(token)', '')).toBe('');
		}
	});
});

test('what is nested too deeply for n8n is cut off there, and nothing else', () => {
	const deep = (levels: number) => `${'['.repeat(levels)}7${']'.repeat(levels)}`;
	expect(read(`{"a":${deep(50)},"b":1}`).body).toEqual(JSON.parse(`{"a":${deep(50)},"b":1}`));
	const { body } = read(
		`{"a":${deep(200_000)},"b":{"c":${'{"d":'.repeat(200_000)}1${'}'.repeat(200_000)}}}`,
	);
	expect(JSON.stringify(body)).toMatch(
		/^\{"a":\[{90,110}"\(nested too deeply\)"\]+,"b":\{"c":(\{"d":){90,110}"\(nested too deeply\)"\}+$/,
	);
});

test('a field __proto__ is dropped', () => {
	const { body } = read('{"__proto__":{"a":1},"b":{"__proto__":{"a":1}}}');
	expect(body).toEqual({ b: {} });
	expect(Object(body).a).toBeUndefined();
});

test('a text of megabytes that names a task again and again is read in one go', () => {
	expect(idIn(`${'"task_id"   '.repeat(500_000)}`)).toBeUndefined();
});

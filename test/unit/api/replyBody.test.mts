import { readBody } from '../../../nodes/InstaSd/api/replyBody.ts';

const clean = (text: string) => text.replaceAll('s3cret', '(token)');
const idIn = (text: string) => readBody(text, clean).taskId;

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
	[`{"task_id":"long","note":"${'x'.repeat(5_000_001)}"}`, 'long'],
])('the id in %.70s is kept as it is written', (text, id) => {
	expect(idIn(text)).toBe(id);
});

test.each([
	'{"status":"CREATED"}',
	'{"task_id":null}',
	'{"task_id":{"task_id":"inner"}}',
	'[{"task_id":"in a list"}]',
	'{"task_id":"cut in the id',
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

test('a text of megabytes that names a task again and again is read in one go', () => {
	expect(idIn(`${'"task_id"   '.repeat(500_000)}`)).toBeUndefined();
});

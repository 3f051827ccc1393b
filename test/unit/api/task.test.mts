import fc from 'fast-check';

import { readBody } from '../../../nodes/InstaSd/api/reply';
import { parseCreatedTask, parseTask, reasonIn } from '../../../nodes/InstaSd/api/task';

const baseUrl = 'https://api.example.com/api_endpoints/one';
type Reply = Parameters<typeof parseTask>[0];
const readTask = (reply: Reply, asked: string) => parseTask(reply, asked, baseUrl);
const readCreated = (reply: Reply) => parseCreatedTask(reply, baseUrl);

const id = 'unique-task-id-123';
const running = {
	task_id: id,
	status: 'IN_PROGRESS',
	estimated_steps: 10,
	completed_steps: 3,
	image_urls: [],
	video_urls: [],
	delay_time: 5,
	execution_time: 15,
	cost: 0.05,
};
/** A reply as it comes over the wire, whether it is JSON or a text. */
const received = (body: unknown, text = JSON.stringify(body) ?? '') =>
	readBody(text, true, (all) => all);
const linksOf = (fields: object) => readTask(received({ ...running, ...fields }), id)?.links;

describe('the reply to Run Task', () => {
	test("of the article gives the task's id", () => {
		expect(readCreated(received({ task_id: id, status: 'CREATED', estimated_steps: 10 }))).toEqual({
			id,
			status: 'CREATED',
			state: 'queued',
			estimatedSteps: 10,
			completedSteps: undefined,
			links: [],
			notLinks: [],
			reason: undefined,
			isNamed: true,
			fields: {
				task_id: id,
				status: 'CREATED',
				estimated_steps: 10,
				image_urls: [],
				video_urls: [],
			},
		});
	});

	test.each([
		[{ task_id: 7 }, '7'],
		[{ task_id: ' a ' }, 'a'],
		[{ task_id: 'a', status: null }, 'a'],
		[{ task_id: 'a', status: 'FAILED', image_urls: null, estimated_steps: 'many' }, 'a'],
	])('%j still gives the id: it has been paid for', (reply, expected) => {
		expect(readCreated(received(reply))?.id).toBe(expected);
	});

	test.each([
		{},
		{ task_id: '' },
		{ task_id: null },
		{ task_id: {} },
		null,
		undefined,
		'',
		'<html>',
		7,
		[],
		[{ task_id: id }],
	])('%j names no task', (reply) => {
		expect(readCreated(received(reply))).toBeUndefined();
	});
});

describe('the reply to Task Status', () => {
	test('of the article is read', () => {
		expect(readTask(received(running), id)).toEqual({
			id,
			status: 'IN_PROGRESS',
			state: 'running',
			estimatedSteps: 10,
			completedSteps: 3,
			links: [],
			notLinks: [],
			reason: undefined,
			isNamed: true,
			fields: running,
		});
	});

	test('without an id is of the task that was asked for, and says so', () => {
		for (const task_id of [undefined, null, '', {}]) {
			const task = readTask(received({ ...running, task_id }), id);
			expect(task).toMatchObject({ id, isNamed: false, fields: { task_id: id } });
		}
	});

	test('of another task is ignored', () => {
		for (const task_id of ['other', 7, `${id}4`]) {
			expect(readTask(received({ ...running, task_id }), id)).toBeUndefined();
		}
	});

	test.each([
		{},
		{ status: '' },
		{ status: ' ' },
		{ status: null },
		{ status: 7 },
		{ status: {} },
		null,
		undefined,
		'COMPLETED',
		'<html>',
		[],
		7,
	])('%j does not describe a task', (reply) => {
		expect(readTask(received(reply), id)).toBeUndefined();
	});

	test.each(['many', null, -1, Infinity, NaN, {}, undefined])(
		'steps of %p are not known',
		(steps) => {
			const task = readTask(
				received({ ...running, estimated_steps: steps, completed_steps: steps }),
				id,
			);
			expect([task?.estimatedSteps, task?.completedSteps]).toEqual([undefined, undefined]);
		},
	);

	test('keeps the fields nobody knows, untouched', () => {
		const more = { nested: { a: [1, null] }, delay_time: '5 s', queue: null };
		expect(readTask(received({ ...running, ...more }), id)?.fields).toEqual({
			...running,
			...more,
		});
	});

	test('does not change what it was given', () => {
		const reply = Object.freeze({ status: 'COMPLETED', image_urls: 'https://a/1.png' });
		readTask({ body: reply }, id);
		expect(reply.image_urls).toBe('https://a/1.png');
	});
});

describe('links', () => {
	test('come images first, then videos, then what else there is', () => {
		expect(
			linksOf({
				audio_urls: ['https://a/1.mp3'],
				video_urls: ['https://a/1.mp4'],
				image_urls: ['https://a/1.png', 'https://a/2.png'],
			}),
		).toEqual([
			{ kind: 'image', url: 'https://a/1.png' },
			{ kind: 'image', url: 'https://a/2.png' },
			{ kind: 'video', url: 'https://a/1.mp4' },
			{ kind: 'audio', url: 'https://a/1.mp3' },
		]);
	});

	test.each([
		[null, []],
		[undefined, []],
		[{}, []],
		[7, []],
		['https://a/1.png', ['https://a/1.png']],
		[{ front: 'https://a/1.png', back: 'https://a/2.png' }, ['https://a/1.png', 'https://a/2.png']],
		[{ url: 'https://a/1.png', width: 512 }, ['https://a/1.png']],
		[
			{ 0: { url: 'https://a/1.png' }, 1: { url: 'https://a/2.png' } },
			['https://a/1.png', 'https://a/2.png'],
		],
		[
			[{ url: 'https://a/1.png' }, ['https://a/2.png']],
			['https://a/1.png', 'https://a/2.png'],
		],
		[
			['https://a/1.png', null, 7, 'ftp://a/2.png', 'cat.png', 'HTTP://a/3.png'],
			['https://a/1.png', 'HTTP://a/3.png'],
		],
	])('in a list that is %j are %j', (list, urls) => {
		expect(linksOf({ image_urls: list })?.map(({ url }) => url)).toEqual(urls);
	});
});

describe('the reason of a failure', () => {
	test.each([
		[{ error: 'out of memory' }, 'out of memory'],
		[{ error: { message: 'out of memory', code: 7 } }, 'out of memory'],
		[{ error_message: ' a ' }, 'a'],
		[{ error: null, message: 'a' }, 'a'],
		[{ error: '', detail: 'a' }, 'a'],
		[{ detail: [{ loc: ['inputs'], msg: 'missing' }] }, '[{"loc":["inputs"],"msg":"missing"}]'],
		[{ reason: 'a' }, 'a'],
		[{ error: 'first', message: 'second' }, 'first'],
	])('in %j is %p', (reply, reason) => {
		expect(reasonIn(reply)).toBe(reason);
	});

	test.each([
		{},
		{ error: null },
		{ error: {} },
		{ error: { message: '' } },
		null,
		undefined,
		'text',
		7,
		[],
	])('in %j is not found', (reply) => {
		expect(reasonIn(reply)).toBeUndefined();
	});

	test('that is nested too deeply to be written is not told, and breaks nothing', () => {
		const deep = Array.from({ length: 100_000 }).reduce<unknown[]>((inner) => [inner], []);
		expect(reasonIn({ error: deep })).toBeUndefined();
		expect(reasonIn({ error: deep, message: 'out of memory' })).toBe('out of memory');
	});

	test('of any length is cut to a readable one', () => {
		expect(reasonIn({ error: 'x'.repeat(10_000) })).toHaveLength(500);
		expect(reasonIn({ detail: Array.from({ length: 1000 }, () => 'x') })).toHaveLength(500);
	});
});

test('nothing a service answers breaks the reading of it', () => {
	const names = fc.constantFrom(
		'task_id',
		'status',
		'error',
		'image_urls',
		'_urls',
		'estimated_steps',
		'__proto__',
		'constructor',
	);
	const reply = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()), fc.anything());
	fc.assert(
		fc.property(reply, (given) => {
			for (const task of [
				readCreated({ body: given, taskId: id }),
				readTask({ body: given }, id),
			]) {
				if (task === undefined) continue;
				expect(task.id).not.toBe('');
				expect(Array.isArray(task.fields.image_urls)).toBe(true);
				expect(task.links.filter(({ url }) => !/^https?:/i.test(url))).toEqual([]);
			}
			reasonIn(given);
		}),
		{ numRuns: 300 },
	);
});

describe('links', () => {
	const linksIn = (image_urls: unknown) => {
		const task = readTask({ body: { status: 'COMPLETED', image_urls }, taskId: 'a' }, 'a');
		return [task?.links.map(({ url }) => url), task?.notLinks];
	};

	test.each([
		[' https://cdn.example.com/1.png\n', 'https://cdn.example.com/1.png'],
		['https://cdn.example.com/a\nb.png', 'https://cdn.example.com/ab.png'],
		['HTTP://cdn.example.com/1.png', 'HTTP://cdn.example.com/1.png'],
		['//cdn.example.com/1.png', 'https://cdn.example.com/1.png'],
		['cdn.example.com/1.png?a=b', 'https://cdn.example.com/1.png?a=b'],
		['cdn.example.com:8443/1.png', 'https://cdn.example.com:8443/1.png'],
		['/files/1.png', 'https://api.example.com/files/1.png'],
	])('%j is %s', (text, url) => {
		expect(linksIn([text])).toEqual([[url], []]);
	});

	test.each([
		'1.png',
		'out/1.png',
		'ftp://a.example/1.png',
		'data:image/png;base64,AA==',
		'n/a',
		'https://',
	])('%j is not a link, and is reported', (text) => {
		expect(linksIn([text])).toEqual([[], [text]]);
	});

	test('that are empty are ignored', () => {
		expect(linksIn(['', ' ', null, 7, {}])).toEqual([[], []]);
	});
});

import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, nodeName, openStage, workflowWith } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

// A service, or a proxy before it, that answers with what is not true, not of this task, or not what it has promised.
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 10_000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const created = () => stage().created();
const charged = () => stage().emulator.statistics().charged;
const always = { times: Infinity };
const body = (json: unknown): FaultRequest => ({ call: 'status', kind: 'body', json });

const lies: Array<[string, FaultRequest]> = [
	['an error that is not of this task', body({ status: 'error', message: 'Try again' })],
	["another task's failure", body({ task_id: 'somebody-else', status: 'FAILED' })],
	["another task's success", body({ task_id: 'somebody-else', status: 'COMPLETED' })],
	['a success without id and links', body({ status: 'COMPLETED' })],
];

test.each(lies)(
	'%s, once, does not end the waiting, and nothing is paid for twice',
	async (_, lie) => {
		stage().emulator.addFault(lie);
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		const [item] = run.output(nodeName);
		expect(item?.json).toMatchObject({ task_id: created()[0], status: 'COMPLETED' });
		expect(item?.binary).toBeDefined();
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	},
);

test.each(lies)('%s, once, is not what Get Status shows', async (_, lie) => {
	const [submitted] = await stage().submit('a cat');
	stage().emulator.addFault(lie);
	const run = await stage().run({ operation: 'getStatus', taskId: String(submitted?.task_id) });
	expect(run.output(nodeName, 1)[0]?.json).toMatchObject({
		task_id: submitted?.task_id,
		finished: false,
	});
});

test.each([
	['completed', {}, 'success'],
	['failed', { failWith: 'out of memory' }, 'error'],
] as const)(
	'a task of a service that leaves out its id ends as %s',
	async (_, behaviour, status) => {
		stage().emulator.setBehaviour({ images: 0, ...behaviour });
		stage().emulator.addFault({ call: 'status', kind: 'patch', remove: ['task_id'], ...always });
		expect([(await stage().run()).status, charged()]).toEqual([status, 1]);
	},
);

describe('an error that names no task', () => {
	const lie = body({ status: 'error', message: 'database is locked, try again' });

	test('ends the waiting when it is confirmed, with the advice not to run the task again', async () => {
		stage().emulator.addFault({ ...lie, nth: 1, times: 2 });
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		expect(run.output(nodeName)[0]?.json).toMatchObject({
			error: { code: 'TASK_FAILED', task_id: created()[0], retryable: false },
		});
	});

	test.each([
		['is confirmed', [1, 2]],
		['comes three times from a service that otherwise names its tasks', [3, 4, 5]],
		['comes before and after another bad reply', [2, 4]],
	])('does not let a retry send the task anew: it %s', async (_, places) => {
		for (const nth of places) stage().emulator.addFault({ ...lie, nth });
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 503, nth: 3 });
		const run = await stage().run({}, { node: retrying });
		expect([run.status, charged()]).toEqual(['success', 1]);
		expect(run.output(nodeName)[0]?.json.task_id).toBe(created()[0]);
	});

	test('lets the task be sent anew if it names the task after all', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields: { status: 'FAILED' } });
		const run = await stage().run({}, { node: retrying });
		expect([run.status, charged()]).toEqual(['success', 2]);
	});
});

test('EXPIRED ends the waiting, and no retry pays for the task again', async () => {
	stage().emulator.addFault({
		...{ call: 'status', kind: 'patch', fields: { status: 'EXPIRED' }, ...always },
	});
	const run = await stage().run({}, { node: retrying });
	expect(run.error?.message).toContain(`Task ${created()[0]} ended as EXPIRED`);
	const again = await stage().retry(run);
	expect([again.status, charged()]).toEqual(['error', 1]);
});

test('an unknown status means running, and the timeout shows it with the links so far', async () => {
	const fields = { status: 'WRAPPING_UP', image_urls: ['https://files.example.com/1.png'] };
	stage().emulator.addFault({ call: 'status', kind: 'patch', fields, ...always });
	const node: NodeSettings = { onError: 'continueRegularOutput' };
	const run = await stage().run({ options: { timeoutSeconds: 30 } }, { node });
	expect(run.output(nodeName)[0]?.json).toMatchObject({
		error: { code: 'WAIT_TIMEOUT', status: 'WRAPPING_UP', urls: fields.image_urls },
	});
});

describe('a task id', () => {
	/** All that a user can find of a run. */
	const leftBy = (run: Run) =>
		[
			JSON.stringify(run.output(nodeName)),
			run.error?.message,
			run.error?.description,
			...run.serverLog.map(({ message }) => message),
		].join('\n');

	test.each([
		['inside an object', '{"task":{"task_id":"deep-1","status":"CREATED"}}'],
		['in a list', '[{"task_id":"deep-1","status":"CREATED"}]'],
	])('that comes %s is shown to the user', async (_, text) => {
		stage().emulator.addFault({ call: 'submit', kind: 'body', text, taken: true });
		expect(leftBy(await stage().run({ operation: 'runTask' }))).toContain('deep-1');
	});

	test.each([409, 500])(
		'is kept, and nothing is sent again, where it comes with a %i',
		async (status) => {
			stage().emulator.addFault({
				...{ call: 'submit', kind: 'status', status, taken: true, ...always },
				body: { error: 'exists', task_id: 'kept-1' },
			});
			const run = await stage().run({ operation: 'runTask' }, { node: retrying });
			expect(leftBy(run)).toContain('kept-1');
			expect(charged()).toBe(1);
		},
	);

	test('cannot lead a request to another path', async () => {
		const taskId = '../run_task?x=1#y';
		const run = await stage().run({ operation: 'getStatus', taskId }, { items: itemsOf({}) });
		expect(run.error?.message).toContain('is not known');
		const paths = stage()
			.emulator.requests()
			.map(({ method, path }) => `${method} ${path}`);
		expect(new Set(paths).size).toBe(1);
		expect(paths[0]).toContain(`/task_status/${encodeURIComponent(taskId)}`);
	});
});

const nested = Array.from({ length: 200 }).reduce<object>((inner) => ({ inner }), {});
const oddFields: Array<[string, Record<string, unknown>]> = [
	['steps as text', { estimated_steps: '10', completed_steps: '7' }],
	['negative and broken steps', { estimated_steps: -5, completed_steps: 1e308 }],
	['more steps than estimated', { estimated_steps: 2, completed_steps: 9 }],
	['lists that are none', { image_urls: 7, video_urls: { a: 1 }, audio_urls: false }],
	[
		'lists with odd entries',
		{ image_urls: [null, 7, {}, '', 'javascript:alert(1)', 'file:///etc/passwd'] },
	],
	['an id that is missing', { task_id: null }],
	['names of prototypes', { __proto__: { polluted: true }, constructor: 'x', toString: null }],
	['cost and times as words', { cost: 'free', delay_time: null, execution_time: [] }],
	['deep nesting', { meta: nested }],
	['long text', { note: 'x'.repeat(1_000_000) }],
	['an error that is null', { error: null, message: '' }],
	[
		'fields called as ours',
		{ progress: 'half', finished: 'no', inputs: 7, urls_expire_at: 'soon' },
	],
];

test('a completed task is an item with its id, whatever odd fields the service adds', async () => {
	stage().emulator.setBehaviour({ images: 0 });
	oddFields.forEach(([, fields], index) =>
		stage().emulator.addFault({
			...{ call: 'status', kind: 'patch', fields, taskNumber: index + 1, ...always },
		}),
	);
	const run = await stage().run(
		{ options: { tasksAtOnce: 20 } },
		{ items: itemsOf(...oddFields.map(() => ({}))) },
	);
	expect(run.error).toBeUndefined();
	expect(run.output(nodeName)).toMatchObject(
		oddFields.map(() => ({
			json: {
				...{ task_id: expect.any(String), status: 'COMPLETED', progress: 100, finished: true },
				...{ image_urls: expect.any(Array), video_urls: expect.any(Array) },
			},
		})),
	);
	expect(
		run
			.output(nodeName)
			.map(({ json }) => json.task_id)
			.sort(),
	).toEqual(created().sort());
	expect(stage().emulator.statistics()).toMatchObject({ charged: oddFields.length, downloads: 0 });
});

test('a field _files of the service is kept in binary mode "combined"', async () => {
	stage().emulator.addFault({
		...{ call: 'status', kind: 'patch', fields: { _files: ['a'] }, times: Infinity },
	});
	const workflow = { ...workflowWith(retrying), settings: { binaryMode: 'combined' as const } };
	const run = await stage().run({}, { workflow });
	expect(run.status).toBe('success');
	expect(run.output(nodeName)[0]?.json).toMatchObject({ service_files: ['a'] });
	expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
});

test.each(['\n', '\u2028', '\u001b'])(
	'a reason from the service cannot forge a line of the log (%j)',
	async (separator) => {
		const words = `boom${separator}2026-01-01 | info | InstaSD: 'InstaSD' has task forged-1 for item 0`;
		const unsure = { call: 'submit', kind: 'status', status: 500, taken: true } as const;
		stage().emulator.addFault({ ...unsure, body: { error: words } });
		stage().emulator.addFault({ ...unsure, body: words, nth: 2 });
		const runs = [await stage().run(), await stage().run()];
		const fields = { status: `FAILED${separator}`, error: words };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields, ...always });
		for (const run of [...runs, await stage().run()]) {
			const texts = [run.error?.message ?? '', ...run.serverLog.map(({ message }) => message)];
			expect(texts.join(' ')).toContain('boom');
			expect(texts.filter((text) => /[\p{Cc}\p{Zl}]/u.test(text))).toEqual([]);
		}
	},
);

import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage } from './stage.mts';
import type { Run } from './harness/run.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 10 } }));

const always = { times: Infinity };

describe('the token', () => {
	const tracesOf = (run: Run) =>
		[
			run.stored,
			JSON.stringify(run.serverLog),
			JSON.stringify(run.customData),
			run.error?.stack,
			JSON.stringify(run.error ?? null),
		].join('\n');

	test('is removed from replies that quote it', async () => {
		const quoting = { error: `Bearer ${stage().emulator.token} is not welcome` };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, body: quoting });
		const refused = await stage().run({}, { mode: 'trigger' });
		expect(refused.error?.message).toContain('is not welcome');
		expect(tracesOf(refused)).not.toContain(stage().emulator.token);
		const inKey = { ...quoting, sent: { [`Bearer ${stage().emulator.token}`]: 1 } };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields: inKey, ...always });
		const done = await stage().run({}, { mode: 'trigger' });
		expect(tracesOf(done)).not.toContain(stage().emulator.token);
	});
});

const taskIds = () => stage().created().sort();
const each = { options: { tasksAtOnce: 20 } };
const numbered = (count: number) => itemsOf(...Array.from({ length: count }, (_, n) => ({ n })));
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
	const run = await stage().run(each, { items: numbered(oddFields.length) });
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
	).toEqual(taskIds());
	expect(stage().emulator.statistics()).toMatchObject({ charged: oddFields.length, downloads: 0 });
});

test('a task id cannot lead a request to another path', async () => {
	const taskId = '../run_task?x=1#y';
	const run = await stage().run({ operation: 'getStatus', taskId }, { items: itemsOf({}) });
	expect(run.error?.message).toContain('is not known');
	const paths = stage()
		.emulator.requests()
		.map(({ method, path }) => `${method} ${path}`);
	expect(new Set(paths).size).toBe(1);
	expect(paths[0]).toContain(`/task_status/${encodeURIComponent(taskId)}`);
});

import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { hintOf, openStage } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 3_000 } }));

describe('links that come after the end of their task', () => {
	test('are waited for, and the file is fetched', async () => {
		stage().emulator.setBehaviour({ linksLateMs: 2_500 });
		const run = await stage().run();
		expect(run.output(nodeName)).toMatchObject([{ binary: { data: {} } }]);
		expect(hintOf(run)).not.toContain('without links');
	});

	test('too late leave a completed task without files, and a hint that says so', async () => {
		stage().emulator.setBehaviour({ linksLateMs: 60_000 });
		const startedAt = time.now();
		const run = await stage().run();
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED', finished: true } }]);
		expect(hintOf(run)).toContain('without links');
		expect(hintOf(run)).toContain(stage().created()[0]);
		expect(time.now() - startedAt).toBeLessThanOrEqual(3_500 + 7_000);
	});

	test('are not asked for where no files are wanted', async () => {
		stage().emulator.setBehaviour({ linksLateMs: 60_000 });
		const startedAt = time.now();
		await stage().run({ downloadFiles: false });
		expect(time.now() - startedAt).toBeLessThanOrEqual(3_500);
	});

	test('are given up if the service fails meanwhile', async () => {
		stage().emulator.setBehaviour({ durationMs: 0, linksLateMs: 60_000 });
		const fault = { call: 'status', kind: 'status', status: 404, nth: 2, times: Infinity } as const;
		stage().emulator.addFault(fault);
		const run = await stage().run();
		expect(run.error).toBeUndefined();
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	});
});

test.each([500, 503, 404])(
	'a poll that is answered with %i, once, and a Retry-After of an hour is repeated soon',
	async (status) => {
		const headers = { 'retry-after': '3600' };
		stage().emulator.addFault({ call: 'status', kind: 'status', status, headers });
		const startedAt = time.now();
		const run = await stage().run({ downloadFiles: false });
		expect(time.now() - startedAt).toBeLessThanOrEqual(65_000);
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	},
);

test('a new task that the service does not know yet is found, even after a slow submit', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 429, headers: { 'retry-after': '30' } },
	});
	stage().emulator.addFault({ call: 'status', kind: 'status', status: 404 });
	const run = await stage().run();
	expect(run.error?.message).toBeUndefined();
});

test('an InstaSD node behind the error output finds the task id without an expression', async () => {
	const [task] = await stage().submit('a');
	const items = [{ json: { error: { task_id: task?.task_id, code: 'UNREACHABLE' }, message: '' } }];
	const run = await stage().run({ operation: 'waitForTask' }, { items });
	expect(run.output(nodeName)[0]?.json.task_id).toBe(task?.task_id);
});

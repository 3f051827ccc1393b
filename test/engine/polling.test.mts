import { useStage } from '../useStage.mts';
import { callLimit, useNodeTime } from './nodeTime.mts';
import { openStage, until } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 1000 } }));

/** Begins a run, and makes the service unreachable after a number of status calls. */
async function startAndLeave(asked: number) {
	const execution = stage().start();
	await until(() => stage().emulator.statistics().asked >= asked);
	time.standStill();
	await stage().emulator.stopListening();
	time.goOn();
	return execution;
}

test('a task survives a status reply that never ends', async () => {
	stage().emulator.setBehaviour({ durationMs: 0 });
	const usual = callLimit('status');
	const drip = stage().emulator.addFault({ call: 'status', kind: 'slow', bytesPerSecond: 20 });
	time.limit('statusMs', 500);
	const execution = stage().start();
	await until(() => drip.fired > 0);
	time.limit('statusMs', usual);
	const run = await execution.finished;
	expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	const { asked, ...rest } = stage().emulator.statistics();
	expect(asked).toBeGreaterThan(1);
	expect(rest).toMatchObject({ submits: 1, charged: 1 });
});

test('a service that is away for a while is waited for', async () => {
	stage().emulator.setBehaviour({ durationMs: 10_000 });
	const execution = await startAndLeave(2);
	await time.sleep(60_000);
	await stage().emulator.listenAgain();
	const run = await execution.finished;
	expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});

test('a task that the service does not know yet, right after its submit, is asked for again', async () => {
	stage().emulator.setBehaviour({ notFoundForMs: 2000 });
	const run = await stage().run();
	expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	const statuses = stage()
		.emulator.requests()
		.map(({ status }) => status);
	expect(statuses).toContain(404);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});

describe('a question that is answered with a Retry-After of an hour', () => {
	const inAnHour = (status: number, times: number) =>
		stage().emulator.addFault({
			...{ call: 'status', kind: 'status', status, times },
			headers: { 'retry-after': '3600' },
		});

	test.each([500, 503, 404])('and %i, once, is asked again soon', async (status) => {
		inAnHour(status, 1);
		const startedAt = time.now();
		const run = await stage().run({ downloadFiles: false });
		expect(time.now() - startedAt).toBeLessThanOrEqual(65_000);
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('and 503, always, is asked for five minutes, and then gives the id back', async () => {
		const fault = inAnHour(503, Infinity);
		const startedAt = time.now();
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		const [task] = stage().emulator.statistics().perTask;
		const error = { code: 'UNREACHABLE', task_id: task?.id, http_status: 503 };
		expect(run.output(nodeName)).toMatchObject([{ json: { error } }]);
		const seconds = (time.now() - startedAt) / 1000;
		expect(seconds).toBeGreaterThan(240);
		expect(seconds).toBeLessThanOrEqual(302);
		expect(fault.fired).toBeLessThanOrEqual(8);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

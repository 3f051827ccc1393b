import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { openStage } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 1000 } }));

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

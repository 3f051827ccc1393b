import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { openStage } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 3_000 } }));

/** What the hints above the node's output say. */
const hintsOf = (run: Run) => (run.nodes[nodeName]?.[0]?.hints ?? []).map(({ message }) => message);
const onlyTask = () => {
	const [task] = stage().emulator.statistics().perTask;
	if (task === undefined) throw new Error('There is no task');
	return task;
};

describe('links that come after the end of their task', () => {
	test('are waited for, and the file is fetched', async () => {
		stage().emulator.setBehaviour({ linksLateMs: 2_500 });
		const run = await stage().run();
		expect(run.output(nodeName)).toMatchObject([{ binary: { data: {} } }]);
		expect(hintsOf(run)).toEqual([expect.not.stringContaining('Completed without links')]);
	});

	test('too late leave a completed task without files, and a hint that says so', async () => {
		stage().emulator.setBehaviour({ linksLateMs: 60_000 });
		const startedAt = time.now();
		const run = await stage().run();
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED', finished: true } }]);
		expect(hintsOf(run)).toEqual([expect.stringContaining('Completed without links')]);
		expect(hintsOf(run)[0]).toContain(onlyTask().id);
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

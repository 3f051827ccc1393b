import { finishedExecution, stopExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { everyKind } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { errorsOf, jsonLog, linesOf } from '../realN8n/jsonLog.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { openQueueStage } from '../realN8n/queueMode/queueStage.mts';
import {
	answerSubmitsLate,
	idLine,
	submitsUnderWay,
	threeGenerations,
} from '../realN8n/slowSubmits.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openQueueStage([everyKind], { workers: 1, env: jsonLog }));

describe('Stop, pressed at the main while the service has tasks and has not said so,', () => {
	it('does not let the run wait for it, and the ids are in the log of its worker as soon as they are there', async () => {
		const [worker] = stage().workers;
		if (worker === undefined) throw new Error('There is no worker');
		const known = errorsOf(worker).length;
		answerSubmitsLate(stage());
		const credential = await stage().credentialFor(stage().api(everyKind.name));
		const workflow = await saveNodes(stage(), [manually, threeGenerations(credential)]);
		const id = await runWorkflow(stage().session, workflow, manually.name);
		const tasks = await submitsUnderWay(stage(), 3);
		await stopExecution(stage().session, id);
		expect((await finishedExecution(stage().session, id)).status).toBe('canceled');
		expect(stage().emulator.statistics().openRequests).toBe(3);

		await eventually(async () => {
			const expected = tasks.map((task) => idLine(task, id));
			expect(linesOf(worker)).toEqual(expect.arrayContaining(expected));
		});
		expect(stage().emulator.statistics()).toMatchObject({ charged: 3, asked: 0 });
		// What n8n says of each run that was stopped.
		const ended = expect.stringContaining(`Worker errored while running execution ${id}`);
		expect(errorsOf(worker).slice(known)).toEqual([ended]);
	});
});

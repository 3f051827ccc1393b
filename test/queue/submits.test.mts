import { finishedExecution, stopExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { fromAi, instaSdTool, runAgent } from '../realN8n/agent.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { errorsOf, jsonLog, linesOf } from '../realN8n/jsonLog.mts';
import { manually, retrying, saveNodes } from '../realN8n/nodes.mts';
import { openQueueStage, workerOf } from '../realN8n/queueMode/queueStage.mts';
import { startScriptedModel } from '../realN8n/scriptedModel.mts';
import {
	answerSubmitsLate,
	idLine,
	submitsUnderWay,
	threeGenerations,
} from '../realN8n/slowSubmits.mts';
import { useStage } from '../useStage.mts';
import { useOpened } from '../useOpened.mts';

const stage = useStage(() => openQueueStage([everyKind], { workers: 1, env: jsonLog }));
const model = useOpened(startScriptedModel);

describe('an agent on a worker', () => {
	it.each([3.1, 2.2])(
		'of version %s pays once for all tries of a tool call whose reply is lost',
		async (agentVersion) => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', times: Infinity });
			model().play({ call: () => ({ Prompt: 'a fox' }) });
			const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
			const credential = await stage().credentialFor(stage().api(everyKind.name));
			const tool = await instaSdTool(stage(), credential, { values });
			const { id, result } = await runAgent(
				stage(),
				model(),
				{ ...tool, ...retrying },
				agentVersion,
			);
			expect(workerOf(stage(), id)).toBeDefined();
			expect(stage().emulator.statistics()).toMatchObject({ charged: 1, submits: 1 });
			expect(result.runData[tool.name]?.at(-1)?.error?.message).toContain('An earlier attempt');
		},
	);
});

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

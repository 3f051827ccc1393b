import { finishedExecution, stopExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { everyKind } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { errorsOf, jsonLog, linesOf } from '../realN8n/jsonLog.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import {
	answerSubmitsLate,
	idLine,
	submitsUnderWay,
	threeGenerations,
} from '../realN8n/slowSubmits.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { call, executionsOf, publish, webhook } from '../realN8n/webhookWorkflows.mts';

const stage = useStage(() => openStage([everyKind], {}, { env: jsonLog }));

const node = async () => threeGenerations(await stage().credentialFor(stage().api(everyKind.name)));

const started = {
	'a run that a webhook has begun': async () => {
		const workflow = await publish(stage(), [webhook('stopped'), await node()]);
		await call(stage(), 'stopped');
		const [execution] = await executionsOf(stage(), workflow, 1, 'running');
		return execution?.id ?? '';
	},
	'a run by hand': async () => {
		const workflow = await saveNodes(stage(), [manually, await node()]);
		return await runWorkflow(stage().session, workflow, manually.name);
	},
};

const expectIdsInLog = async (tasks: string[], execution: string) =>
	await eventually(async () => {
		const expected = tasks.map((task) => idLine(task, execution));
		expect(linesOf(stage().n8n)).toEqual(expect.arrayContaining(expected));
	});

describe('Stop, while the service has tasks and has not said so,', () => {
	it.each(Object.entries(started))(
		'does not let %s wait for it, and the ids are in the log as soon as they are there',
		async (_, start) => {
			answerSubmitsLate(stage());
			const id = await start();
			const tasks = await submitsUnderWay(stage(), 3);
			await stopExecution(stage().session, id);
			expect((await finishedExecution(stage().session, id)).status).toBe('canceled');
			// The run is over, and the submits are not.
			expect(stage().emulator.statistics().openRequests).toBe(3);
			await expectIdsInLog(tasks, id);
			expect(stage().emulator.statistics()).toMatchObject({ charged: 3, asked: 0 });
			expect(errorsOf(stage().n8n)).toEqual([]);
		},
	);
});

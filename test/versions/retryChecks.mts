import {
	finishedExecution,
	readExecution,
	retryExecution,
	stopExecution,
} from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { eventually } from '../realN8n/eventually.mts';
import { manually } from '../realN8n/nodes.mts';
import type { Check } from './checks.mts';
import { instaSd, jsonOf, runToEnd, saveWorkflow } from './workflows.mts';

const json = { inputMode: 'json', inputsJson: '{ "Prompt": "fox" }' };

/** A second try, and the end of a run. */
export const retryChecks: Check[] = [
	{
		promise: 'Retry On Fail takes up the running tasks: none is paid twice',
		holds: async (scene) => {
			scene.emulator.setBehaviour({ durationMs: 2500 });
			const parameters = { ...json, options: { timeoutSeconds: 1 } };
			const settings = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1000 };
			const node = instaSd(scene.credential, parameters, settings);
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node], { items: 2 }));
			expect(execution.status).toBe('success');
			expect(jsonOf(execution)).toHaveLength(2);
			expect(scene.emulator.statistics()).toMatchObject({ charged: 2, submits: 2 });
		},
	},
	{
		promise: 'Retry from the executions list takes up the old tasks: none is paid twice',
		holds: async (scene) => {
			const { emulator, session } = scene;
			// Over only after the first execution has given up.
			emulator.setBehaviour({ durationMs: 5000 });
			const parameters = { ...json, options: { timeoutSeconds: 1 } };
			const node = instaSd(scene.credential, parameters);
			const id = await saveWorkflow(scene, [node], { items: 2 });
			const failed = await runToEnd(scene, id);
			expect(failed.status).toBe('error');
			await eventually(async () => expect(emulator.statistics().unfinished).toBe(0));
			const retried = await retryExecution(session, failed.id);
			const execution = await finishedExecution(session, retried);
			expect(execution.status).toBe('success');
			// Two submits at once arrive in either order.
			const takenUp = jsonOf(execution).map(({ task_id: task }) => task);
			const created = emulator.statistics().perTask.map((task) => task.id);
			expect(takenUp.sort()).toEqual(created.sort());
			expect(emulator.statistics()).toMatchObject({ charged: 2, submits: 2 });
		},
	},
	{
		promise: "Stop ends the run and the node's requests",
		holds: async (scene) => {
			const { emulator, session } = scene;
			emulator.setBehaviour(({ number }) => ({ durationMs: number === 1 ? 600_000 : 4000 }));
			const node = instaSd(scene.credential, json);
			const id = await saveWorkflow(scene, [node]);
			const run = await runWorkflow(session, id, manually.name);
			const asked = () => emulator.statistics().perTask[0]?.asked ?? 0;
			await eventually(async () => expect(asked()).toBeGreaterThan(1));
			await stopExecution(session, run);
			const stopped = await finishedExecution(session, run);
			expect(stopped.status).toBe('canceled');
			const askedThen = asked();
			// A task of four seconds, in which a node that went on would have asked.
			const next = await runToEnd(scene, id);
			expect(next.status).toBe('success');
			expect(asked() - askedThen).toBeLessThanOrEqual(1);
			expect((await readExecution(session, run)).status).toBe('canceled');
		},
	},
];

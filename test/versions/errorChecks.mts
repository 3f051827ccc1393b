import { leadsTo, nodeName } from '../realN8n/nodes.mts';
import type { Check } from './checks.mts';
import type { Scene } from './scene.mts';
import { baseNode, instaSd, jsonOf, runToEnd, saveWorkflow } from './workflows.mts';

const json = { inputMode: 'json', inputsJson: '{ "Prompt": "fox" }' };

/** The second of three tasks fails; a node waits at each output. */
async function runWithFailure(scene: Scene, onError: string) {
	scene.emulator.setBehaviour(({ number }) =>
		number === 2 ? { failWith: 'CUDA out of memory' } : {},
	);
	// One after the other, so that the second task is the second item's.
	const node = instaSd(scene.credential, { ...json, options: { tasksAtOnce: 1 } }, { onError });
	const nodes = [node, baseNode('Good', 'noOp', 1), baseNode('Bad', 'noOp', 1)];
	const connections = { [nodeName]: leadsTo('Good', 'Bad'), Good: leadsTo() };
	const id = await saveWorkflow(scene, nodes, { items: 3, connections });
	const execution = await runToEnd(scene, id);
	return { execution, taskId: scene.emulator.statistics().perTask[1]?.id };
}

function failure(taskId: string | undefined) {
	return {
		error: { code: 'TASK_FAILED', task_id: taskId, status: 'FAILED' },
		message: expect.stringContaining('CUDA out of memory'),
	};
}

/** Tasks that fail. */
export const errorChecks: Check[] = [
	{
		promise: "On Error: Stop ends the run with the reason and the task's id",
		holds: async (scene) => {
			const { execution, taskId } = await runWithFailure(scene, 'stopWorkflow');
			expect(execution.status).toBe('error');
			const { message, description } = execution.result.error ?? {};
			expect(`${message} ${description}`).toContain('CUDA out of memory');
			expect(`${message} ${description}`).toContain(taskId);
		},
	},
	{
		promise: 'On Error: Continue puts an error item in its place, with code and task id',
		holds: async (scene) => {
			const { execution, taskId } = await runWithFailure(scene, 'continueRegularOutput');
			expect(execution.status).toBe('success');
			const done = { status: 'COMPLETED' };
			expect(jsonOf(execution, nodeName, 0)).toMatchObject([done, failure(taskId), done]);
		},
	},
	{
		promise: 'On Error: Continue (using error output) sends it there, with code and task id',
		holds: async (scene) => {
			const { execution, taskId } = await runWithFailure(scene, 'continueErrorOutput');
			expect(execution.status).toBe('success');
			const done = { status: 'COMPLETED' };
			expect(jsonOf(execution, 'Good')).toMatchObject([done, done]);
			expect(jsonOf(execution, 'Bad')).toMatchObject([{ ...failure(taskId), number: 2 }]);
		},
	},
	{
		promise: 'An object by an expression whose prompt is undefined is refused, also beside a seed',
		holds: async (scene) => {
			for (const object of ['{ prompt: $json.promt }', '{ prompt: $json.promt, seed: "random" }']) {
				const inputsJson = `={{ ${object} }}`;
				const node = instaSd(scene.credential, { inputMode: 'json', inputsJson });
				const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
				expect(execution.result.error?.message).toContain("'Prompt' has no value");
			}
			expect(scene.emulator.statistics().submits).toBe(0);
		},
	},
	{
		promise: 'A wrong value is refused by name before anything is sent',
		holds: async (scene) => {
			const inputsJson = '{ "Width": "wide" }';
			const node = instaSd(scene.credential, { inputMode: 'json', inputsJson });
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			expect(execution.status).toBe('error');
			expect(execution.result.error?.message).toContain("'Width'");
			expect(scene.emulator.statistics().submits).toBe(0);
		},
	},
];

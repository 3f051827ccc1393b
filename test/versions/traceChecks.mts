import { z } from 'zod';
import type { Check } from './checks.mts';
import { instaSd, runToEnd, saveWorkflow } from './workflows.mts';

const json = { inputMode: 'json', inputsJson: '{ "prompt": "fox" }' };
const hinted = z.object({ hints: z.array(z.object({ message: z.string() })).default([]) });

/** What a run leaves to read. These may depend on the version: the page says where. */
export const traceChecks: Check[] = [
	{
		promise: "The server's log names every task",
		holds: async (scene) => {
			const node = instaSd(scene.credential, json);
			await runToEnd(scene, await saveWorkflow(scene, [node], { items: 2 }));
			for (const { id } of scene.emulator.statistics().perTask) {
				expect(scene.n8n.log()).toContain(id);
			}
		},
	},
	{
		promise: "The execution's custom data names the tasks",
		holds: async (scene) => {
			const node = instaSd(scene.credential, json);
			const { status, result } = await runToEnd(scene, await saveWorkflow(scene, [node]));
			expect(status).toBe('success');
			const [task] = scene.emulator.statistics().perTask;
			const noted = Object.values(result.metadata ?? {}).some((text) =>
				text.includes(`${task?.id}`),
			);
			return noted ? 'yes' : 'no: n8n has none';
		},
	},
	{
		promise: 'A hint tells what a batch cost',
		holds: async (scene) => {
			const node = instaSd(scene.credential, json);
			const id = await saveWorkflow(scene, [node], { items: 2 });
			const { result } = await runToEnd(scene, id);
			const { hints } = hinted.parse(result.runData[node.name]?.[0]);
			return hints.some(({ message }) => message.includes('2 tasks')) ? 'yes' : 'no';
		},
	},
];

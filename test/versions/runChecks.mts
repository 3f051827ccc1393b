import { formFields } from '../../sandbox/n8n/session.mts';
import { fromAi, instaSdTool, runAgent } from '../realN8n/agent.mts';
import { ids, samples } from '../realN8n/apis.mts';
import { connectToTool } from '../realN8n/mcp.mts';
import { instaSdNode, leadsTo } from '../realN8n/nodes.mts';
import type { Check } from './checks.mts';
import { baseNode, instaSd, jsonOf, runToEnd, saveWorkflow } from './workflows.mts';

// n8n 2.0 has no later ones.
const AGENT_VERSION = 3;
const MCP_TRIGGER_VERSION = 2;

/** Tasks that go well. */
export const runChecks: Check[] = [
	{
		promise: 'Run and Wait with the form: typed and by expression, the rest as in the form',
		holds: async (scene) => {
			const { fields } = await formFields(scene.session, instaSdNode(scene.credential));
			const value = {
				...samples,
				[ids.prompt]: '=fox {{ $json.number }}',
				[ids.width]: 512,
				[ids.seed]: 'random',
			};
			const inputs = { mappingMode: 'defineBelow', value, schema: fields };
			const node = instaSd(scene.credential, { inputMode: 'fields', inputs });
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node], { items: 2 }));
			expect(execution.status).toBe('success');
			const expected = { ...samples, [ids.width]: 512, [ids.seed]: expect.any(Number) };
			const prompts = ['fox 1', 'fox 2'];
			expect(scene.sentValues()).toEqual(
				expect.arrayContaining(prompts.map((prompt) => ({ ...expected, [ids.prompt]: prompt }))),
			);
			expect(jsonOf(execution).map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
		},
	},
	{
		promise: "Run and Wait with automatic mapping: the item's fields by role and title",
		holds: async (scene) => {
			const item = { mode: 'raw', jsonOutput: '{ "prompt": "a hen", "Width": 640 }', options: {} };
			const inputs = { mappingMode: 'autoMapInputData', value: {}, schema: [] };
			const nodes = [
				baseNode('Item', 'set', 3.4, item),
				instaSd(scene.credential, { inputMode: 'fields', inputs }),
			];
			const execution = await runToEnd(scene, await saveWorkflow(scene, nodes));
			expect(execution.status).toBe('success');
			expect(scene.sentValues()).toMatchObject([{ [ids.prompt]: 'a hen', [ids.width]: 640 }]);
		},
	},
	{
		promise: 'Run and Wait with JSON',
		holds: async (scene) => {
			const inputsJson = '={ "Prompt": "owl {{ $json.number }}", "Width": 256 }';
			const node = instaSd(scene.credential, { inputMode: 'json', inputsJson });
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			expect(execution.status).toBe('success');
			expect(scene.sentValues()).toMatchObject([{ [ids.prompt]: 'owl 1', [ids.width]: 256 }]);
		},
	},
	{
		promise: 'Several tasks for an item, each with a seed of its own',
		holds: async (scene) => {
			const options = { generationsPerItem: 3 };
			const node = instaSd(scene.credential, {
				inputMode: 'json',
				inputsJson: '{ "prompt": "fox" }',
				options,
			});
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			expect(jsonOf(execution)).toHaveLength(3);
			expect(new Set(scene.sentValues().map((values) => values[ids.seed])).size).toBe(3);
		},
	},
	{
		promise: 'Run Task, then Wait for Task',
		holds: async (scene) => {
			scene.emulator.setBehaviour({ durationMs: 1000 });
			const nodes = [
				instaSd(
					scene.credential,
					{ operation: 'runTask', inputMode: 'json', inputsJson: '{ "prompt": "fox" }' },
					{ name: 'Run' },
				),
				instaSd(scene.credential, { operation: 'waitForTask' }, { name: 'Wait for it' }),
			];
			const execution = await runToEnd(scene, await saveWorkflow(scene, nodes, { items: 2 }));
			expect(execution.status).toBe('success');
			const tasks = jsonOf(execution, 'Run').map(({ task_id: id }) => id);
			expect(jsonOf(execution, 'Wait for it')).toMatchObject(
				tasks.map((id) => ({ task_id: id, status: 'COMPLETED' })),
			);
			expect(scene.emulator.statistics().charged).toBe(2);
		},
	},
	{
		promise: 'Run Task, Wait, Get Status in a loop, by the outputs of Get Status',
		holds: async (scene) => {
			scene.emulator.setBehaviour(({ number }) => ({ durationMs: 1000 * number }));
			const run = { operation: 'runTask', inputMode: 'json', inputsJson: '{ "prompt": "fox" }' };
			const nodes = [
				instaSd(scene.credential, run, { name: 'Run' }),
				baseNode('Wait', 'wait', 1.1, { amount: 1 }),
				instaSd(scene.credential, { operation: 'getStatus' }, { name: 'Ask' }),
				baseNode('Done', 'noOp', 1),
			];
			const connections = { Ask: leadsTo('Done', 'Wait') };
			const id = await saveWorkflow(scene, nodes, { items: 3, connections });
			const execution = await runToEnd(scene, id);
			expect(execution.status).toBe('success');
			expect(execution.result.runData['Ask']?.length).toBeGreaterThan(1);
			const done = { status: 'COMPLETED', finished: true };
			const runs = execution.result.runData['Done'] ?? [];
			const items = runs.flatMap(({ data }) => data?.main?.[0] ?? []);
			expect(items.map(({ json }) => json)).toMatchObject([done, done, done]);
			expect(scene.emulator.statistics().charged).toBe(3);
		},
	},
	{
		promise: 'An agent uses it as a tool',
		holds: async (scene) => {
			const { model, credential, emulator } = scene;
			const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
			model.play({ call: () => ({ Prompt: 'a fox' }) });
			const tool = await instaSdTool(scene, credential, { values });
			const execution = await runAgent(scene, model, tool, AGENT_VERSION);
			expect(execution.status).toBe('success');
			expect(scene.sentValues()).toMatchObject([{ [ids.prompt]: 'a fox' }]);
			expect(model.results()[0]).toContain(`${emulator.fileOrigin}/files/`);
		},
	},
	{
		promise: 'Over MCP, a long task is answered before the client hangs up, and paid for once',
		holds: async (scene) => {
			scene.emulator.setBehaviour({ durationMs: 3_600_000 });
			const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
			const tool = await instaSdTool(scene, scene.credential, { values });
			const client = await connectToTool(scene, tool, 'pictures', MCP_TRIGGER_VERSION);
			const { text } = await client.call({ Prompt: 'a fox' }).finally(client.close);
			const [task, ...more] = scene.emulator.statistics().perTask;
			expect(more).toEqual([]);
			expect(text).toContain(`"task_id":"${task?.id}"`);
			expect(text).toContain('Do not start it again');
		},
	},
];

import { createWorkflow, readWorkflow } from '../../sandbox/n8n/workflows.mts';
import { fromAi, instaSdTool, place, runAgentWorkflow, saveAgent } from '../realN8n/agent.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { manually } from '../realN8n/nodes.mts';
import { startScriptedModel } from '../realN8n/scriptedModel.mts';
import { openStage } from '../realN8n/stage.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openStage([everyKind]));
const model = useOpened(startScriptedModel);

const toolNamed = async (name: string) => {
	const credential = await stage().credentialFor(stage().api(everyKind.name));
	const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
	return { ...(await instaSdTool(stage(), credential, { values })), id: name, name };
};
const prompts = () =>
	stage()
		.sentValues()
		.map((values) => values[ids.prompt])
		.sort();

describe.each([3.1, 2.2])('an agent %s that calls tools side by side', (agentVersion) => {
	it.each([
		['each of two tools its', ['Pictures', 'Drawings']],
		['two calls of one tool their', ['Pictures']],
	])('gives %s own arguments', async (_, names) => {
		const tools = await Promise.all(names.map(toolNamed));
		const workflow = await saveAgent(stage(), model(), tools, agentVersion);
		const called = ['a fox', 'an owl'];
		model().play({
			calls: called.map((Prompt, index) => ({
				...{ tool: names[index] ?? 'Pictures', args: { Prompt } },
			})),
		});
		expect((await runAgentWorkflow(stage(), workflow)).status).toBe('success');
		expect(prompts()).toEqual(called);
		expect(model().results()).toHaveLength(2);
	});
});

/** The agent gets two items, and works on both at once. */
async function withTwoItems(id: string): Promise<string> {
	const saved = await readWorkflow(stage().session, id);
	if (saved === undefined) throw new Error('The workflow is gone');
	const base = (name: string, type: string, version: number, parameters: object) => ({
		...place(name, `n8n-nodes-base.${type}`, version),
		parameters: { ...parameters },
	});
	const nodes = saved.nodes.map((node) =>
		node.name === 'Agent'
			? { ...node, parameters: { ...node.parameters, options: { batching: { batchSize: 2 } } } }
			: node,
	);
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const { id: made } = await createWorkflow(stage().session, {
		name: 'Two items',
		settings: saved.settings,
		nodes: [
			...nodes,
			base('Numbers', 'set', 3.4, { mode: 'raw', jsonOutput: '{ "number": [1, 2] }', options: {} }),
			base('Items', 'splitOut', 1, { fieldToSplitOut: 'number', options: {} }),
		],
		connections: {
			...saved.connections,
			[manually.name]: to('Numbers'),
			Numbers: to('Items'),
			Items: to('Agent'),
		},
	});
	return made;
}

/** What is sent when an agent works on two items at once, and its model calls the tool for each. */
async function sentForTwoItems(agentVersion: number): Promise<unknown[]> {
	const workflow = await saveAgent(stage(), model(), await toolNamed('Pictures'), agentVersion);
	model().play(
		{ calls: [{ tool: 'Pictures', args: { Prompt: 'a fox' } }] },
		{ calls: [{ tool: 'Pictures', args: { Prompt: 'an owl' } }] },
	);
	const { status } = await runAgentWorkflow(stage(), await withTwoItems(workflow));
	expect(status).toBe('success');
	return prompts();
}

it('an agent 3.1 that works on two items at once gives each call its own arguments', async () => {
	expect(await sentForTwoItems(3.1)).toEqual(['a fox', 'an owl']);
});

// n8n's own fault, of which docs/agents.md warns: the two tools that it makes share a run index, and so their arguments.
it('an agent 2.2 that works on two items at once still mixes up the arguments of its calls', async () => {
	const sent = await sentForTwoItems(2.2);
	expect(sent).toHaveLength(2);
	expect(new Set(sent).size).toBe(1);
});

import { finishedExecution, type Execution } from '../../sandbox/n8n/executions.mts';
import { createWorkflow, runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import type { Stage } from '../e2e/stage.mts';

const trigger = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

/** Runs nodes in a row behind a manual trigger, or joined as `connections` says. */
export async function runNodes(
	{ session }: Stage,
	nodes: WorkflowNode[],
	connections: Record<string, unknown> = {},
): Promise<Execution> {
	const all = [trigger, ...nodes];
	const workflow = await createWorkflow(session, {
		name: 'Benchmark',
		nodes: all.map((node, index) => ({ id: `${index}`, position: [index * 200, 0], ...node })),
		connections: { ...inARow(all), ...connections },
		settings: { executionOrder: 'v1' },
	});
	const id = await runWorkflow(session, workflow.id, trigger.name);
	const execution = await finishedExecution(session, id, { timeoutSeconds: 300 });
	if (execution.status === 'success') return execution;
	throw new Error(`The run ended as ${execution.status}: ${execution.result.error?.message}`);
}

/** The connection of a node's outputs, each to the input of one other; '' leaves one open. */
export function leadsTo(...names: string[]) {
	return { main: names.map((node) => (node === '' ? [] : [{ node, type: 'main', index: 0 }])) };
}

/** How long some nodes worked in all their runs, in ms. */
export function timeOf({ result }: Execution, nodes: Array<{ name: string }>): number {
	return nodes
		.flatMap(({ name }) => result.runData[name] ?? [])
		.reduce((sum, { executionTime }) => sum + executionTime, 0);
}

/** The connections of nodes that follow one another. */
export function inARow(nodes: Array<{ name: string }>): Record<string, unknown> {
	return Object.fromEntries(
		nodes.slice(0, -1).map(({ name }, index) => [name, leadsTo(nodes[index + 1]?.name ?? '')]),
	);
}

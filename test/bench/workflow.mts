import { finishedExecution, type Execution } from '../../sandbox/n8n/executions.mts';
import { createWorkflow, runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import type { Stage } from '../e2e/stage.mts';

/** Begins a run by hand, or by `runWorkflow`. */
export const manually: WorkflowNode = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

/** Creates a workflow of nodes in a row, or joined as `connections` says. Returns its id. */
export async function saveNodes(
	{ session }: Stage,
	nodes: WorkflowNode[],
	connections: Record<string, unknown> = {},
): Promise<string> {
	const { id } = await createWorkflow(session, {
		name: nodes.map(({ name }) => name).join(', '),
		nodes: nodes.map((node, index) => ({ ...node, id: `${index}`, position: [index * 200, 0] })),
		connections: { ...inARow(nodes), ...connections },
		settings: { executionOrder: 'v1' },
	});
	return id;
}

/** Runs nodes in a row behind a manual trigger, or joined as `connections` says. */
export async function runNodes(
	stage: Stage,
	nodes: WorkflowNode[],
	connections: Record<string, unknown> = {},
): Promise<Execution> {
	const { session } = stage;
	const workflow = await saveNodes(stage, [manually, ...nodes], connections);
	const id = await runWorkflow(session, workflow, manually.name);
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
function inARow(nodes: Array<{ name: string }>): Record<string, unknown> {
	return Object.fromEntries(
		nodes.slice(0, -1).map(({ name }, index) => [name, leadsTo(nodes[index + 1]?.name ?? '')]),
	);
}

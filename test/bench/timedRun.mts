import { finishedExecution, type Execution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import type { Stage } from '../realN8n/stage.mts';

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

/** How long some nodes worked in all their runs, in ms. */
export function timeOf({ result }: Execution, nodes: Array<{ name: string }>): number {
	return nodes
		.flatMap(({ name }) => result.runData[name] ?? [])
		.reduce((sum, { executionTime }) => sum + executionTime, 0);
}

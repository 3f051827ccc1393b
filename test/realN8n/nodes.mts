import { NODE_TYPE, type SavedCredential } from '../../sandbox/n8n/examples.mts';
import { createWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import type { Stage } from './stage.mts';

/** What the InstaSD node is called. */
export const nodeName = 'InstaSD';

/** Begins a run by hand, or by `runWorkflow`. */
export const manually: WorkflowNode = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

/** Retry On Fail, as a node has it in its settings; the shortest pause that n8n keeps to. */
export const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** On Error: Continue. */
export const continuing = { onError: 'continueRegularOutput' };

/** The node as it is when it has just been added. */
export function instaSdNode(credential: SavedCredential): WorkflowNode {
	return {
		id: nodeName,
		name: nodeName,
		type: NODE_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: { operation: 'runAndWait', inputMode: 'fields' },
		credentials: { instaSdApi: credential },
	};
}

/** Creates a workflow of nodes in a row, or joined as `connections` says. Returns its id. */
export async function saveNodes(
	{ session }: Stage,
	nodes: WorkflowNode[],
	connections: Record<string, unknown> = {},
	settings: Record<string, unknown> = {},
): Promise<string> {
	const { id } = await createWorkflow(session, {
		name: nodes.map(({ name }) => name).join(', '),
		nodes: nodes.map((node, index) => ({ ...node, id: `${index}`, position: [index * 200, 0] })),
		connections: { ...inARow(nodes), ...connections },
		settings: { executionOrder: 'v1', ...settings },
	});
	return id;
}

/** The connection of a node's outputs, each to the input of one other; '' leaves one open. */
export function leadsTo(...names: string[]) {
	return { main: names.map((node) => (node === '' ? [] : [{ node, type: 'main', index: 0 }])) };
}

/** The connections of nodes that follow one another. */
function inARow(nodes: Array<{ name: string }>): Record<string, unknown> {
	return Object.fromEntries(
		nodes.slice(0, -1).map(({ name }, index) => [name, leadsTo(nodes[index + 1]?.name ?? '')]),
	);
}

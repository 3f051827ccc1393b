import { createWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { NODE_TYPE, type SavedCredential } from '../../sandbox/n8n/examples.mts';
import type { Stage } from './stage.mts';

export const nodeName = 'InstaSD';

/**
 * A workflow of a trigger, a node that gives one item, and the InstaSD node as the editor makes it.
 * @param item the fields of the item, as JSON
 * @returns the workflow's id
 */
export async function formWorkflow(
	{ session }: Stage,
	credential: SavedCredential,
	{ item = {}, parameters = {} }: { item?: object; parameters?: Record<string, unknown> } = {},
): Promise<string> {
	const nodes: WorkflowNode[] = [
		{ ...place('Start', 'n8n-nodes-base.manualTrigger', 1, 0), parameters: {} },
		{
			...place('Item', 'n8n-nodes-base.set', 3.4, 1),
			parameters: { mode: 'raw', jsonOutput: JSON.stringify(item), options: {} },
		},
		{
			...place(nodeName, NODE_TYPE, 1, 2),
			parameters,
			credentials: { instaSdApi: credential },
		},
	];
	const saved = await createWorkflow(session, {
		name: 'The form',
		settings: { executionOrder: 'v1' },
		nodes,
		connections: { Start: to('Item'), Item: to(nodeName) },
	});
	return saved.id;
}

/** A workflow of a trigger alone. */
export async function emptyWorkflow({ session }: Stage): Promise<string> {
	const saved = await createWorkflow(session, {
		name: 'Empty',
		settings: { executionOrder: 'v1' },
		nodes: [{ ...place('Start', 'n8n-nodes-base.manualTrigger', 1, 0), parameters: {} }],
		connections: {},
	});
	return saved.id;
}

function to(node: string) {
	return { main: [[{ node, type: 'main', index: 0 }]] };
}

function place(name: string, type: string, typeVersion: number, column: number) {
	return { id: name, name, type, typeVersion, position: [240 * column, 0] };
}

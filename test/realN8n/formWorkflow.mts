import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { instaSdNode, manually, saveNodes } from './nodes.mts';
import type { Stage } from './stage.mts';

/**
 * A workflow of a trigger, a node that gives one item, and the InstaSD node as the editor makes it.
 * @param item the fields of the item, as JSON
 * @returns the workflow's id
 */
export async function formWorkflow(
	stage: Stage,
	credential: SavedCredential,
	{ item = {}, parameters = {} }: { item?: object; parameters?: Record<string, unknown> } = {},
): Promise<string> {
	const itemNode: WorkflowNode = {
		name: 'Item',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify(item), options: {} },
	};
	return await saveNodes(stage, [manually, itemNode, { ...instaSdNode(credential), parameters }]);
}

import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { leadsTo } from './nodes.mts';
import { pictureNode } from './webhookWorkflows.mts';

/** The shortest Wait that n8n parks in its database; shorter ones stay in memory. */
const parkedSeconds = 66;

/**
 * The pattern for long jobs: Run Task, and then Wait and Get Status until no task runs any more. In between, the
 * execution is in the database alone.
 */
export function parkedWorkflow(
	trigger: WorkflowNode,
	credential: SavedCredential,
): { nodes: WorkflowNode[]; connections: Record<string, unknown> } {
	const nodes: WorkflowNode[] = [
		trigger,
		{ ...pictureNode(credential, { operation: 'runTask' }), name: 'Run Task' },
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			webhookId: 'wait',
			parameters: { resume: 'timeInterval', amount: parkedSeconds, unit: 'seconds' },
		},
		{
			...pictureNode(credential, { operation: 'getStatus', downloadFiles: true }),
			name: 'Get Status',
		},
		{ name: 'Done', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	];
	return { nodes, connections: { 'Get Status': leadsTo('Done', 'Wait') } };
}

import { WebhookContext } from 'n8n-core';
import { NodeConnectionTypes, Workflow } from 'n8n-workflow';
import type {
	INodeTypes,
	IWebhookData,
	IWebhookDescription,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { WorkflowFile } from './workflowFile.mts';

/**
 * The tools of a node as a webhook has them: n8n's MCP Server Trigger asks for its tools while no execution has begun, so
 * their contexts have no run data.
 */
export async function webhookTools(
	{ id = 'workflow', name, nodes, connections, settings }: WorkflowFile,
	nodeName: string,
	nodeTypes: INodeTypes,
	additionalData: IWorkflowExecuteAdditionalData,
): Promise<unknown> {
	const active = true;
	const workflow = new Workflow({ id, name, nodes, connections, settings, active, nodeTypes });
	const node = workflow.getNode(nodeName);
	if (!node) throw new Error(`No node '${nodeName}' in the workflow`);
	await workflow.expression.acquireIsolate();
	const webhookDescription: IWebhookDescription = {
		...{ httpMethod: 'POST', name: 'default', path: '' },
	};
	const webhook: IWebhookData = {
		...{ httpMethod: 'POST', node: nodeName, path: '', webhookDescription, workflowId: id },
		workflowExecuteAdditionalData: additionalData,
	};
	const mode = 'webhook';
	const context = new WebhookContext(workflow, node, additionalData, mode, webhook, [], null);
	return await context.getInputConnectionData(NodeConnectionTypes.AiTool, 0);
}

import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { listExecutions, type ListedExecution } from '../../sandbox/n8n/executions.mts';
import { activateWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { eventually } from './eventually.mts';
import { instaSdNode, saveNodes } from './nodes.mts';
import type { Stage } from './stage.mts';

/** What the inputs of "text to image" need: the words of the webhook's caller, and an image. */
const inputs = {
	mappingMode: 'defineBelow',
	value: {
		'7b7fae99f81ef925': '={{ $json.body?.prompt ?? "a cat" }}',
		'8428ca86f40f597d': 'https://example.com/reference.png',
	},
	matchingColumns: [],
	schema: [],
};

/** The InstaSD node, which runs and waits unless the parameters say more. */
export function pictureNode(
	credential: SavedCredential,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	const node = instaSdNode(credential);
	return { ...node, parameters: { ...node.parameters, inputs, ...parameters } };
}

/** A webhook that is answered at once, or with what the last node gives. */
export function webhook(
	path: string,
	answer: 'at once' | 'last item' | 'last file' = 'at once',
): WorkflowNode {
	const parameters = {
		'at once': { responseMode: 'onReceived' },
		'last item': { responseMode: 'lastNode', responseData: 'firstEntryJson' },
		'last file': {
			responseMode: 'lastNode',
			responseData: 'firstEntryBinary',
			responseBinaryPropertyName: 'data',
		},
	}[answer];
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { httpMethod: 'POST', path, options: {}, ...parameters },
	};
}

/** Creates a workflow as `saveNodes` does, and activates it. */
export async function publish(
	stage: Stage,
	nodes: WorkflowNode[],
	connections: Record<string, unknown> = {},
): Promise<string> {
	const id = await saveNodes(stage, nodes, connections);
	await activateWorkflow(stage.session, id);
	return id;
}

/** Calls a webhook as the world does. */
export async function call(
	{ n8n }: Stage,
	path: string,
	body: unknown = { prompt: 'a cat' },
	headers: Record<string, string> = {},
): Promise<Response> {
	return await fetch(`${n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
	});
}

/** A workflow's executions, once `count` of them are in one of these states. */
export async function executionsOf(
	{ session }: Stage,
	workflow: string,
	count: number,
	...states: string[]
): Promise<ListedExecution[]> {
	return await eventually(async () => {
		const all = await listExecutions(session, workflow);
		const found = all.filter(({ status }) => states.includes(status));
		if (found.length >= count) return found;
		throw new Error(
			`${count} executions should be ${states.join(' or ')}, and there are: ${all.map(({ status }) => status).join(', ')}`,
		);
	}, 300_000);
}

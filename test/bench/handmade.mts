import type { EmulatedApi } from '../../sandbox/emulator/server.mts';
import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { leadsTo } from '../realN8n/nodes.mts';

const http = { type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2 };

/**
 * What people build without this node: HTTP Request → Wait (5 s, as n8n proposes) → HTTP Request → If → back to Wait.
 * @returns the nodes, in a row, and the connection that makes the loop
 */
export function handmadeWorkflow({ apiUrl, token, requestExample }: EmulatedApi, tasks: number) {
	const headers = {
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${token}` }] },
		options: {},
	};
	const list = Array.from({ length: tasks }, (_, index) => index);
	const nodes: WorkflowNode[] = [
		{
			name: 'Items',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ list }), options: {} },
		},
		{
			name: 'Split',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'list', options: {} },
		},
		{
			name: 'Run',
			...http,
			parameters: {
				method: 'POST',
				url: `${apiUrl}/run_task`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: requestExample,
				...headers,
			},
		},
		{ name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 5 } },
		{
			name: 'Status',
			...http,
			parameters: { url: `=${apiUrl}/task_status/{{ $json.task_id }}`, ...headers },
		},
		{
			name: 'If',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
					combinator: 'and',
					conditions: [
						{
							id: 'completed',
							leftValue: '={{ $json.status }}',
							rightValue: 'COMPLETED',
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
			},
		},
	];
	return { nodes, connections: { If: leadsTo('', 'Wait') } };
}

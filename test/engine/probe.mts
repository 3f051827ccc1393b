import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import type { WorkflowFile } from './harness/workflowFile.mts';

export type Behaviour = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** A node class that does what the current test says, to look at the engine from inside a node. */
export function probeNode(behaviour: () => Behaviour) {
	return class Probe implements INodeType {
		description: INodeTypeDescription = {
			displayName: 'Probe',
			name: 'probe',
			version: 1,
			group: ['transform'],
			description: 'Looks at the engine from inside a node',
			defaults: { name: 'Probe' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [{ displayName: 'Text', name: 'text', type: 'string', default: '' }],
		};

		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			return await behaviour().call(this);
		}
	};
}

const probe: INode = {
	id: 'probe',
	name: 'Probe',
	type: 'n8n-nodes-test.probe',
	typeVersion: 1,
	position: [200, 0],
	parameters: {},
};

const trigger: INode = {
	id: 'trigger',
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const next = (...names: string[]) =>
	names.map((node) => ({ node, type: 'main' as const, index: 0 }));

const after = (name: string): INode => ({
	id: name,
	name,
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [400, 0],
	parameters: {},
});

/** Start → Probe → After, and → Failed from the probe's error output if it has one. */
export function probeWorkflow(node: Partial<INode> = {}): WorkflowFile {
	return {
		name: 'Probe workflow',
		nodes: [trigger, { ...probe, ...node }, after('After'), after('Failed')],
		connections: {
			Start: { main: [next('Probe')] },
			Probe: { main: [next('After'), next('Failed')] },
		},
		settings: { executionOrder: 'v1' },
		pinData: { Start: [{ json: { name: 'pinned' } }] },
	};
}

export interface LocalServer {
	readonly url: string;
	close(): void;
}

export async function listen(
	answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LocalServer> {
	const server = createServer(answer);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}

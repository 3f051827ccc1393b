import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { additionalDataFor } from './additionalData.mts';
import { baseNodes } from './baseNodes.mts';
import {
	CredentialsHelper,
	RegisteredCredentialTypes,
	type CredentialClass,
	type CredentialData,
} from './credentials.mts';
import { startExecution, type Execution, type ExecutionOptions } from './execution.mts';
import { RegisteredNodeTypes, type NodeClass } from './nodeTypes.mts';
import type { Run } from './run.mts';
import { startServices } from './services.mts';
import { webhookTools } from './webhookTools.mts';
import type { WorkflowFile } from './workflowFile.mts';

export interface EngineOptions {
	/** Node classes by full name, e.g. `n8n-nodes-instasd.instaSd`. */
	readonly nodeTypes: Readonly<Record<string, NodeClass>>;
	readonly credentialTypes?: Readonly<Record<string, CredentialClass>>;
	/** Where files are kept: on disk (n8n's own default) or, with 'default', inside the items. */
	readonly binaryMode?: 'filesystem' | 'default';
	/** The instance's WEBHOOK_URL: where `createBinarySignedUrl` points. */
	readonly publicUrl?: string;
	/** Environment variables by which n8n is configured. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Evaluates expressions in a sandbox, as n8n does by default; without it n8n's older evaluator does. */
	readonly expressions?: 'sandboxed';
}

export interface RunOptions extends ExecutionOptions {
	readonly credentials?: CredentialData;
}

/** n8n's execution engine in this process, without its server and database. */
export interface Engine {
	run(workflow: WorkflowFile, options?: RunOptions): Promise<Run>;
	/** Starts a run that can be stopped. */
	start(workflow: WorkflowFile, options?: RunOptions): Execution;
	/** The tools connected to a node, as a webhook has them that has begun no execution. */
	webhookTools(
		workflow: WorkflowFile,
		nodeName: string,
		credentials?: CredentialData,
	): Promise<unknown>;
	/** Stores a file, for an input item's `binary`. */
	binary(content: Buffer, about: { fileName: string; mimeType: string }): Promise<IBinaryData>;
	/** The same for a file that a webhook, form or chat has brought: n8n moves it when the execution ends. */
	uploaded(content: Buffer, about: { fileName: string; mimeType: string }): Promise<IBinaryData>;
	readBinary(item: INodeExecutionData | undefined, property?: string): Promise<Buffer>;
	/** What n8n's server answers at a URL made by `createBinarySignedUrl`; throws if it is not valid. */
	readSignedUrl(url: string): Promise<Buffer>;
	/** Removes all traces. */
	close(): Promise<void>;
}

/** Opens an engine; only one can be open in a process. */
export async function createEngine({
	nodeTypes: nodeClasses,
	credentialTypes: credentialClasses = {},
	binaryMode = 'filesystem',
	publicUrl = 'http://localhost:5678/',
	settings,
	expressions,
}: EngineOptions): Promise<Engine> {
	const { binaryData, stop } = await startServices(binaryMode, settings, expressions);
	const nodeTypes = new RegisteredNodeTypes({ ...baseNodes, ...nodeClasses });
	const credentialTypes = new RegisteredCredentialTypes(credentialClasses, nodeTypes);
	const helperFor = (credentials: CredentialData = {}) =>
		new CredentialsHelper(credentialTypes, nodeTypes, credentials);

	const store: (
		executionId: string,
		...file: Parameters<Engine['binary']>
	) => Promise<IBinaryData> = async (executionId, content, about) =>
		await binaryData.store({ type: 'execution', workflowId: 'input', executionId }, content, {
			...about,
			data: '',
		});

	let executions = 0;
	const start: Engine['start'] = (workflow, { credentials, ...options } = {}) =>
		startExecution(workflow, options, {
			executionId: String(++executions),
			nodeTypes,
			additionalData: additionalDataFor(publicUrl, helperFor(credentials)),
			binaryData,
		});

	return {
		start,
		run: async (workflow, options) => await start(workflow, options).finished,

		webhookTools: async (workflow, name, credentials) =>
			await webhookTools(
				workflow,
				name,
				nodeTypes,
				additionalDataFor(publicUrl, helperFor(credentials)),
			),

		binary: async (content, about) => await store('input', content, about),
		uploaded: async (content, about) => await store('temp', content, about),

		async readBinary(item, property = 'data') {
			const file = item?.binary?.[property];
			if (!file) throw new Error(`The item has no file '${property}'`);
			return await binaryData.getAsBuffer(file);
		},

		async readSignedUrl(url) {
			const token = new URL(url).searchParams.get('token') ?? '';
			return await binaryData.getAsBuffer({
				id: binaryData.validateSignedToken(token),
				...{ data: '', mimeType: '' },
			});
		},

		close: stop,
	};
}

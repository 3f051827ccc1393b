import { aiKey } from '../../nodes/InstaSd/inputs/names.ts';
import { saveCredential } from '../../sandbox/n8n/session.mts';
import { formFields } from '../../sandbox/n8n/session.mts';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { finishedExecution, type Execution } from '../../sandbox/n8n/executions.mts';
import {
	createWorkflow,
	runWorkflow,
	type Workflow,
	type WorkflowNode,
} from '../../sandbox/n8n/workflows.mts';
import { manually } from './nodes.mts';
import type { ScriptedModel } from './scriptedModel.mts';
import type { Stage } from './stage.mts';

export const toolName = 'Make a picture';

/** What n8n puts in the place of an error's words that hold the code of a broken connection. */
export const advisesToRetry = /you can retry|try again|retry on fail/i;

/** The expression that the editor's button "let the model define this parameter" makes. */
export function fromAi(label: string, type: string, description = ''): string {
	return `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${aiKey(label)}', \`${description}\`, '${type}') }}`;
}

/** The InstaSD node as an agent's tool, every input left to the model unless the values say more. */
export async function instaSdTool(
	{ session }: Stage,
	credential: SavedCredential,
	{ values = {}, parameters = {} }: ToolSettings = {},
): Promise<WorkflowNode> {
	const node: WorkflowNode = {
		...place(toolName, 'n8n-nodes-instasd.instaSdTool', 1),
		parameters: { operation: 'runAndWait', inputMode: 'fields', ...parameters },
		credentials: { instaSdApi: credential },
	};
	const { fields } = await formFields(session, node);
	const left = fields.map(({ id, displayName, type = 'string' }) => [
		id,
		fromAi(displayName, ['number', 'boolean'].includes(type) ? type : 'string'),
	]);
	const inputs = {
		mappingMode: 'defineBelow',
		value: { ...Object.fromEntries(left), ...values },
		schema: fields,
	};
	return { ...node, parameters: { inputs, ...node.parameters } };
}

export interface ToolSettings {
	/** Values of inputs, by id. */
	values?: Readonly<Record<string, unknown>>;
	/** Parameters of the node beside `inputs`. */
	parameters?: Readonly<Record<string, unknown>>;
}

/** Runs a workflow in which n8n's agent may use the tool, and waits for its end. */
export async function runAgent(
	stage: Stage,
	model: ScriptedModel,
	tool: WorkflowNode,
	agentVersion?: number,
): Promise<Execution> {
	return await runAgentWorkflow(stage, await saveAgent(stage, model, tool, agentVersion));
}

/**
 * Saves a workflow in which n8n's agent may use the tool, or several.
 * @returns its id
 */
export async function saveAgent(
	{ session }: Stage,
	model: ScriptedModel,
	tool: WorkflowNode | WorkflowNode[],
	agentVersion = 3.1,
): Promise<string> {
	const openAiApi = await modelCredential(session, model);
	return (await createWorkflow(session, agentWorkflow([tool].flat(), openAiApi, agentVersion))).id;
}

/** Runs a saved agent, and waits for its end. */
export async function runAgentWorkflow({ session }: Stage, workflow: string): Promise<Execution> {
	const id = await runWorkflow(session, workflow, manually.name);
	return await finishedExecution(session, id, { timeoutSeconds: 240 });
}

/** Saves the credential with which n8n's OpenAI model asks the scripted one. */
export async function modelCredential(
	session: Stage['session'],
	{ baseUrl }: ScriptedModel,
): Promise<SavedCredential> {
	const name = 'Scripted model';
	const data = { apiKey: 'none needed', url: baseUrl };
	return { id: await saveCredential(session, { name, type: 'openAiApi', data }), name };
}

function agentWorkflow(
	tools: WorkflowNode[],
	openAiApi: SavedCredential,
	agentVersion: number,
): Workflow {
	const to = (node: string, type: string) => ({ [type]: [[{ node, type, index: 0 }]] });
	return {
		name: 'An agent that makes pictures',
		settings: { executionOrder: 'v1' },
		nodes: [
			{ ...manually, id: manually.name, position: [0, 0] },
			{
				...place('Agent', '@n8n/n8n-nodes-langchain.agent', agentVersion),
				parameters: { promptType: 'define', text: 'A picture of a cat, please', options: {} },
			},
			{
				...place('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.3),
				parameters: {
					model: { __rl: true, mode: 'id', value: 'scripted' },
					responsesApiEnabled: false,
					options: {},
				},
				credentials: { openAiApi },
			},
			...tools,
		],
		connections: {
			[manually.name]: to('Agent', 'main'),
			Model: to('Agent', 'ai_languageModel'),
			...Object.fromEntries(tools.map(({ name }) => [name, to('Agent', 'ai_tool')])),
		},
	};
}

/** A node somewhere on the canvas. */
export function place(name: string, type: string, typeVersion: number) {
	return { id: name, name, type, typeVersion, position: [0, 0] };
}

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Execution } from './harness/execution.mts';
import type { Run } from './harness/run.mts';
import { withParameters, type WorkflowFile } from './harness/workflowFile.mts';
import type { EngineOptions } from './harness/engine.mts';
import { openStage, type OpenOptions, type Stage } from './stage.mts';
import { agentNode, InstaSdTool, tools, type AgentWork, type Tool } from './toolNodes.mts';
import { ids, nodeName, textToImage, type NodeSettings } from './workflows.mts';

export type { AgentStep, Tool } from './toolNodes.mts';

/** The real engine with an agent whose tool is the node, and the emulated service. */
export interface ToolStage extends Stage {
	/** Runs the workflow of an agent; see {@link readIn} for what it has read. */
	startAgent(work: AgentWork, tool?: ToolSettings): Execution;
	runAgent(work: AgentWork, tool?: ToolSettings): Promise<Run>;
	/** The tool as the MCP Server Trigger has it: there is no execution. */
	toolOfWebhook(tool?: ToolSettings): Promise<Tool>;
}

export interface ToolSettings {
	/** Settings of the tool's node, such as `retryOnFail`. */
	node?: NodeSettings;
	parameters?: INodeParameters;
	/** The trigger's output. */
	items?: INodeExecutionData[];
	/** Makes the workflow differ. */
	change?: (workflow: WorkflowFile) => WorkflowFile;
	/** The workflow's timeout is over when this resolves. */
	timeout?: Promise<void>;
	/** The type of the node that has the tool. */
	agentType?: 'test.agent' | 'test.mcpTrigger';
}

const agentName = 'Agent';

export async function openToolStage(
	options: OpenOptions = {},
	n8n: Omit<Partial<EngineOptions>, 'nodeTypes'> = {},
): Promise<ToolStage> {
	let work: AgentWork = { calls: [], toolName: nodeName };
	const stage = await openStage(options, {
		...n8n,
		nodeTypes: {
			'n8n-nodes-instasd.instaSdTool': InstaSdTool,
			'test.agent': agentNode(() => work),
			'test.mcpTrigger': agentNode(() => work),
		},
	});
	const startAgent: ToolStage['startAgent'] = (
		given,
		{ node = {}, parameters = {}, agentType, change, ...rest } = {},
	) => {
		work = given;
		const saved = agentWorkflow(node, parameters, agentType);
		const workflow = change?.(saved) ?? saved;
		return stage.start({}, { ...rest, workflow, mode: 'trigger' });
	};
	return {
		...stage,
		startAgent,
		runAgent: async (...given) => await startAgent(...given).finished,
		toolOfWebhook: async ({ node = {}, parameters = {} } = {}) => {
			const [tool] = tools.parse(
				await stage.engine.webhookTools(agentWorkflow(node, parameters), agentName, {
					'instasd-text-to-image': stage.credential,
				}),
			);
			if (tool === undefined) throw new Error('There is no tool');
			return tool;
		},
	};
}

/** Calls a tool as an agent does: what the model reads, of an error too. */
export async function call(tool: Tool, prompt: string): Promise<string> {
	return await tool.invoke({ Prompt: prompt }).then(
		(text) => String(text),
		(error) => `Error: ${error.message}`,
	);
}

/** What the agent has read, call by call. */
export function readIn(run: Run): string[] {
	return run.output(agentName).map(({ json }) => String(json.read));
}

/** The example, its node the tool of an agent that gives the prompt. */
function agentWorkflow(
	settings: NodeSettings,
	parameters: INodeParameters,
	agentType: ToolSettings['agentType'] = 'test.agent',
): WorkflowFile {
	const promptOfModel = { [ids.prompt]: "={{ $fromAI('Prompt', ``, 'string') }}" };
	const asTool = withParameters(textToImage, {
		[nodeName]: { inputs: { value: promptOfModel } },
	});
	const { nodes, ...file } = withParameters(asTool, { [nodeName]: parameters });
	const trigger = nodes.find(({ type }) => type.endsWith('Trigger'));
	const node = nodes.find(({ name }) => name === nodeName);
	if (trigger === undefined || node === undefined) throw new Error('The example lacks a node');
	return {
		...file,
		nodes: [
			trigger,
			{
				...{ id: 'agent', name: agentName, type: agentType, typeVersion: 1 },
				...{ position: [0, 0], parameters: {} },
			},
			{ ...node, type: 'n8n-nodes-instasd.instaSdTool', ...settings },
		],
		connections: {
			[trigger.name]: { main: [[{ node: agentName, type: 'main', index: 0 }]] },
			[nodeName]: { ai_tool: [[{ node: agentName, type: 'ai_tool', index: 0 }]] },
		},
	};
}

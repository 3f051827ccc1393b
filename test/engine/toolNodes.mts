import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	NodeOutput,
} from 'n8n-workflow';
import { z } from 'zod';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';

/** The node as n8n makes a tool of it. */
export class InstaSdTool extends InstaSd {
	constructor() {
		super();
		this.description = {
			...this.description,
			name: 'instaSdTool',
			inputs: [],
			outputs: [NodeConnectionTypes.AiTool],
		};
	}
}

/** A tool as an agent has it. */
export interface Tool {
	/** What the model reads of it. */
	description: string;
	/** @throws Error with what the model reads, where the tool fails */
	invoke(args: object): Promise<unknown>;
}

/** The tools that n8n gives to a node. */
export const tools = z.array(
	z.custom<Tool>((value) => z.object({ invoke: z.function() }).safeParse(value).success),
);

/** What an agent does in one step; `makeTool` gives it the tool, a new one each time. */
export type AgentStep = (makeTool: () => Promise<Tool>) => Promise<string[]>;

/** A call that an agent has the engine make. */
export interface EngineCall {
	id: string;
	prompt: string;
	/** What else the model gives. */
	args?: IDataObject;
	/** Of the agent's items, the one that it is for. */
	itemIndex?: number;
}

/** What the agent of a workflow does: calls its tool by `invoke`, or has the engine call it. */
export type AgentWork = { step: AgentStep } | { calls: EngineCall[]; toolName: string };

/** An agent that does `work` of the moment it runs, and puts out what it has read. */
export function agentNode(work: () => AgentWork): new () => INodeType {
	return class implements INodeType {
		description: INodeTypeDescription = {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Agent' },
			inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		};

		async execute(this: IExecuteFunctions, response?: EngineResponse): Promise<NodeOutput> {
			const now = work();
			if ('step' in now) {
				const makeTool = async () => {
					const [tool] = tools.parse(
						await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0),
					);
					if (tool === undefined) throw new Error('The agent has no tool');
					return tool;
				};
				const read = await now.step(makeTool);
				return [read.map((text) => ({ json: { read: text } }))];
			}
			const results = response?.actionResponses ?? [];
			if (results.length > 0) {
				return [
					results.map(({ data }) => ({
						json: {
							read: data.error?.message ?? JSON.stringify(data.data),
						},
					})),
				];
			}
			const actions = now.calls.map(({ id, prompt, args = {}, itemIndex = 0 }) => ({
				actionType: 'ExecutionNodeAction' as const,
				nodeName: now.toolName,
				type: NodeConnectionTypes.AiTool,
				input: { Prompt: prompt, ...args },
				id,
				metadata: { itemIndex },
			}));
			return { actions, metadata: {} };
		}
	};
}

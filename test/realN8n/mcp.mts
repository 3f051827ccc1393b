import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import {
	activateWorkflow,
	createWorkflow,
	type WorkflowNode,
} from '../../sandbox/n8n/workflows.mts';
import { place } from './agent.mts';
import type { Stage } from './stage.mts';

/** An MCP client that is connected to a server, with the usual timeout of a minute. */
export interface McpClient {
	/** The tools that the server offers. */
	tools(): Promise<Tool[]>;
	/** Calls the only tool there is, or one of several, and gives what the client reads. */
	call(args: Record<string, unknown>, tool?: string): Promise<ToolAnswer>;
	close(): Promise<void>;
}

export interface ToolAnswer {
	isError: boolean;
	text: string;
}

const answerSchema = z.object({
	isError: z.boolean().default(false),
	content: z.array(z.object({ type: z.literal('text'), text: z.string() })),
});

/**
 * Publishes a workflow in which an MCP Server Trigger offers the tool, or several, and connects to it.
 * @param path of the trigger; a workflow has it alone
 * @returns the client, and the id of the workflow
 */
export async function connectToTool(
	stage: Stage,
	tool: WorkflowNode | WorkflowNode[],
	path: string,
	triggerVersion = 2.1,
): Promise<McpClient & { workflow: string }> {
	const offered = [tool].flat();
	const { id } = await createWorkflow(stage.session, {
		name: `MCP: ${path}`,
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				...place('MCP', '@n8n/n8n-nodes-langchain.mcpTrigger', triggerVersion),
				webhookId: path,
				parameters: { path },
			},
			...offered,
		],
		connections: Object.fromEntries(
			offered.map(({ name }) => [
				name,
				{ ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] },
			]),
		),
	});
	await activateWorkflow(stage.session, id);
	return { workflow: id, ...(await connectToServer(`${stage.n8n.url}/mcp/${path}`)) };
}

/** Connects to an MCP server. */
export async function connectToServer(url: string, bearer?: string): Promise<McpClient> {
	const headers: Record<string, string> =
		bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
	const client = new Client({ name: 'test', version: '1.0.0' });
	await client.connect(
		new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
	);
	const tools = async () => (await client.listTools()).tools;
	return {
		tools,
		call: async (args, name) => {
			const [only, ...more] = (await tools()).filter((one) => (name ?? one.name) === one.name);
			if (only === undefined || more.length > 0) {
				throw new Error(`There are ${more.length + (only ? 1 : 0)} tools, not one`);
			}
			const answer = await client.callTool({ name: only.name, arguments: args });
			const { isError, content } = answerSchema.parse(answer);
			return { isError, text: content.map(({ text }) => text).join('\n') };
		},
		close: async () => await client.close(),
	};
}

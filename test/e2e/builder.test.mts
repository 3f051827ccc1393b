import { z } from 'zod';
import { readWorkflow } from '../../sandbox/n8n/workflows.mts';
import { patterns, type Pattern } from '../engine/builderPatterns.mts';
import { everyKind } from '../realN8n/apis.mts';
import { connectToServer } from '../realN8n/mcp.mts';
import { openStage } from '../realN8n/stage.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';

// What a model that builds workflows is told of the node, by n8n's own MCP server.

const nodeId = 'n8n-nodes-instasd.instaSd';
const stage = useStage(() => openStage([everyKind]));
const builder = useOpened(async () => {
	const { session, n8n } = stage();
	await session.request('PATCH', '/rest/mcp/settings', { mcpAccessEnabled: true });
	const key = z.object({ apiKey: z.string() });
	const { apiKey } = key.parse(await session.request('GET', '/rest/mcp/api-key'));
	return await connectToServer(`${n8n.url}/mcp-server/http`, apiKey);
});

/** What a pattern takes for granted. */
const taken = `const startTrigger = trigger({
  type: 'n8n-nodes-base.manualTrigger', version: 1, config: { name: 'Start' }
}).to(node({
  type: 'n8n-nodes-base.set', version: 3.4,
  config: { name: 'Row', parameters: { mode: 'raw', jsonOutput: '{ "prompt": "a fox" }' } }
}));
const useFile = node({ type: 'n8n-nodes-base.noOp', version: 1, config: { name: 'Use File' } });
const report = node({ type: 'n8n-nodes-base.noOp', version: 1, config: { name: 'Report' } });
`;

const created = z.object({ workflowId: z.string() });

/** Builds a pattern, as the model would. */
async function build({ title, code }: Pattern) {
	const args = { code: `${taken}\n${code}`, name: title, versionName: title };
	const { isError, text } = await builder().call(args, 'create_workflow_from_code');
	if (isError) throw new Error(text);
	return await readWorkflow(stage().session, created.parse(JSON.parse(text)).workflowId);
}

it('the search finds the node, and says not to build a loop around it', async () => {
	const { text } = await builder().call({ queries: ['generate an image'] }, 'search_nodes');
	expect(text).toContain(nodeId);
	expect(text).toContain('build no polling loop');
	expect(text).toContain("As the tool of an Agent: write the tool's own description");
});

it('the type has the patterns of all operations, the outputs, and what the form takes', async () => {
	const { text } = await builder().call({ nodeIds: [{ nodeId }] }, 'get_node_types');
	for (const { title } of patterns()) expect(text).toContain(`<pattern title="${title}">`);
	expect(text).toContain('0 Completed, 1 Running, 2 Failed');
	expect(text).toContain('role (prompt, image, video or seed');
});

describe.each(patterns().map((pattern) => [pattern.title, pattern] as const))(
	'%s',
	(_, pattern) => {
		it('is a workflow to n8n', async () => {
			const workflow = await build(pattern);
			const built = workflow?.nodes.filter(({ type }) => type === nodeId) ?? [];
			expect(built.map(({ parameters }) => parameters.operation)).toEqual(
				expect.arrayContaining(pattern.operations),
			);
		});
	},
);

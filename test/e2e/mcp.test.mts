import { fromAi, instaSdTool, toolName } from '../realN8n/agent.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { connectToTool } from '../realN8n/mcp.mts';
import { retrying } from '../realN8n/nodes.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { useOpened } from '../useOpened.mts';

const stage = useStage(() => openStage([everyKind]));
const client = useOpened(async () => {
	const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
	const credential = await stage().credentialFor(stage().api(everyKind.name));
	const tool = await instaSdTool(stage(), credential, { values });
	return await connectToTool(stage(), { ...tool, ...retrying }, 'pictures');
});

const callTool = async () => await client().call({ Prompt: 'a fox' });
const tasks = () => stage().emulator.statistics().perTask;

describe('the node as a tool of the MCP Server Trigger', () => {
	it('pays once in all tries of a call whose task fails, and says why', async () => {
		stage().emulator.setBehaviour({ failWith: 'out of memory' });
		const { text } = await callTool();
		expect(text).toContain('out of memory');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	it('leaves the id of its task in the log of n8n, with the workflow it was called in', async () => {
		await callTool();
		const [task] = tasks();
		const log = stage().n8n.log();
		expect(log).toContain(
			`'${toolName}' has task ${task?.id} for item 0 (workflow ${client().workflow})`,
		);
	});
});

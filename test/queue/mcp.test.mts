import { fromAi, instaSdTool } from '../realN8n/agent.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { connectToTool } from '../realN8n/mcp.mts';
import { openQueueStage } from '../realN8n/queueMode/queueStage.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openQueueStage([everyKind], { workers: 1 }));

it('a task that outlasts an MCP client is answered by the worker before that hangs up, and paid for once', async () => {
	stage().emulator.setBehaviour({ durationMs: 3_600_000 });
	const credential = await stage().credentialFor(stage().api(everyKind.name));
	const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
	const tool = await instaSdTool(stage(), credential, { values });
	const client = await connectToTool(stage(), tool, 'pictures');
	// The client's timeout is a minute.
	const { isError, text } = await client.call({ Prompt: 'a fox' }).finally(client.close);
	expect(isError).toBe(false);
	const [task, ...more] = stage().emulator.statistics().perTask;
	expect(more).toEqual([]);
	expect(text).toContain(`"task_id":"${task?.id}"`);
	expect(text).toContain('Do not start it again');
	expect(stage().workers[0]?.log()).toContain(`has task ${task?.id} for item 0`);
});

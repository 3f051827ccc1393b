import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { saveCredential } from '../../../sandbox/n8n/session.mts';
import { activateWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { connectToServer, type McpClient } from '../../realN8n/mcp.mts';
import { useOpened } from '../../useOpened.mts';
import { changedCopy, promptOf, type ExampleStage } from './exampleStage.mts';

const trigger = 'MCP Server Trigger';
const token = 'only-for-me';

const answerSchema = z.array(
	z.object({ task_id: z.string(), finished: z.boolean() }).passthrough(),
);

/** Promises of examples/mcp-server.json. */
export function mcpServer(stage: () => ExampleStage): void {
	let url = '';
	const client = useOpened(async () => {
		const { session, n8n } = stage();
		const name = 'Clients of mine';
		const credential = { name, type: 'httpBearerAuth', data: { token } };
		const httpBearerAuth = { id: await saveCredential(session, credential), name };
		const workflow = await changedCopy(stage(), stage().example('mcp-server'), (node) =>
			node.name === trigger ? { ...node, credentials: { httpBearerAuth } } : node,
		);
		await activateWorkflow(session, workflow.id);
		url = `${n8n.url}/mcp/instasd`;
		return await connectToServer(url, token);
	});
	const charged = () => stage().emulator.statistics().charged;

	it('lets in nobody without its credential, which it comes without', async () => {
		const { nodes } = stage().example('mcp-server');
		expect(nodes.find(({ name }) => name === trigger)?.credentials).toBeUndefined();
		await expect(connectToServer(url)).rejects.toThrow(/Authorization/);
	});

	it('offers three tools: they say what they cost, and what the model decides', async () => {
		const tools = await client().tools();
		const offered = tools.map(({ name, description, inputSchema }) => [
			name,
			/every call creates a task and costs credits/i.test(description ?? ''),
			Object.keys(inputSchema.properties ?? {}),
		]);
		expect(offered.sort()).toEqual([
			['Get_status', false, ['task_id']],
			['Make_a_picture', true, ['prompt']],
			['Start_a_video', true, ['prompt']],
		]);
		expect(charged()).toBe(0);
	});

	it('makes a picture', async () => {
		const { text } = await client().call({ prompt: 'a fox' }, 'Make_a_picture');
		expect(text).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(stage().sent().map(promptOf)).toEqual(['a fox']);
	});

	it('starts a video, and the client comes back for it', async () => {
		const started = await client().call({ prompt: 'a fox runs' }, 'Start_a_video');
		const [task] = answerSchema.parse(JSON.parse(started.text));
		const done = await comeBack(client(), task?.task_id);
		expect(done).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(charged()).toBe(1);
	});

	it('answers a client that hangs up after 60 s before it does, for a task of 90 s, which is paid for once', async () => {
		stage().emulator.setBehaviour({ durationMs: 90_000 });
		// Its timeout is a minute, as that of all clients that are built with the SDK.
		const unfinished = await client().call({ prompt: 'an owl' }, 'Make_a_picture');
		expect(unfinished.isError).toBe(false);
		const [task] = answerSchema.parse(JSON.parse(unfinished.text));
		const [created] = stage().emulator.statistics().perTask;
		expect(task).toMatchObject({ task_id: created?.id, finished: false });
		expect(String(task?.next)).toContain('Do not start it again');
		const done = await comeBack(client(), task?.task_id);
		expect(done).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(charged()).toBe(1);
	}, 240_000);
}

/** Asks for a task until it is finished, as `next` says. */
async function comeBack(client: McpClient, taskId: unknown): Promise<string> {
	for (;;) {
		const { text } = await client.call({ task_id: taskId }, 'Get_status');
		const [task] = answerSchema.parse(JSON.parse(text));
		if (task?.finished) return text;
		await sleep(5000);
	}
}

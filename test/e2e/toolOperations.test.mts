import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { fromAi, instaSdTool } from '../realN8n/agent.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { connectToTool } from '../realN8n/mcp.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openStage([everyKind]));

const taskId = fromAi('Task ID', 'string');
/** A tool for each operation, under the name that n8n gives it of its own accord; one saved before there was a resource. */
const fourTools = async (): Promise<WorkflowNode[]> => {
	const credential = await stage().credentialFor(stage().api(everyKind.name));
	const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
	const tool = async (name: string, parameters: Record<string, unknown>) => ({
		...(await instaSdTool(stage(), credential, { values, parameters })),
		...{ id: name, name },
	});
	return [
		await tool('Generate image or video in InstaSD', { operation: 'runAndWait' }),
		await tool('Start task in InstaSD', { resource: 'task', operation: 'runTask' }),
		await tool('Get task status in InstaSD', {
			...{ resource: 'task', operation: 'getStatus', taskId },
		}),
		await tool('Wait for task in InstaSD', {
			...{ resource: 'task', operation: 'waitForTask', taskId },
		}),
	];
};
const told = [
	['Generate_image_or_video_in_InstaSD', /^Generates an image or video.*costs credits/],
	['Start_task_in_InstaSD', /^Starts generating.*costs credits/],
	['Get_task_status_in_InstaSD', /^Reports the progress.*costs no credits/],
	['Wait_for_task_in_InstaSD', /^Waits until.*Costs no credits/],
].map(([name, description]) => ({ name, description: expect.stringMatching(description ?? '') }));

describe('the four operations as tools', () => {
	it('have a name and a description each for a client of MCP, which can start a picture with one and get it with another', async () => {
		const client = await connectToTool(stage(), await fourTools(), 'operations');
		const tools = await client.tools();
		expect(tools).toHaveLength(told.length);
		expect(tools).toEqual(
			expect.arrayContaining(told.map((tool) => expect.objectContaining(tool))),
		);

		const started = await client.call({ Prompt: 'a fox' }, 'Start_task_in_InstaSD');
		const [task] = stage().emulator.statistics().perTask;
		expect(started.text).toContain(task?.id);
		expect(started.text).not.toContain('"inputs"');
		const asked = { Task_ID: String(task?.id) };
		const status = await client.call(asked, 'Get_task_status_in_InstaSD');
		expect(status).toMatchObject({ isError: false, text: expect.stringContaining('"status"') });
		const waited = await client.call(asked, 'Wait_for_task_in_InstaSD');
		expect(waited.text).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1, submits: 1 });
		await client.close();
	});
});

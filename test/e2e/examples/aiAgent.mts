import { z } from 'zod';
import { finishedExecution, type Execution } from '../../../sandbox/n8n/executions.mts';
import { createWorkflow, type SavedWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { modelCredential, place } from '../../realN8n/agent.mts';
import { startScriptedModel } from '../../realN8n/scriptedModel.mts';
import { useOpened } from '../../useOpened.mts';
import { changedCopy, jsonOf, promptOf, type ExampleStage } from './exampleStage.mts';

const trigger = 'When a chat message comes';

/** Promises of examples/ai-agent.json. */
export function aiAgent(stage: () => ExampleStage): void {
	const model = useOpened(startScriptedModel);
	let workflow: SavedWorkflow;
	beforeAll(async () => {
		const openAiApi = await modelCredential(stage().session, model());
		workflow = await changedCopy(stage(), stage().example('ai-agent'), (node) =>
			node.name === 'OpenAI Chat Model' ? { ...node, credentials: { openAiApi } } : node,
		);
	});

	it('comes without a credential for the model, and with a prompt as all that the model decides', async () => {
		const { nodes } = stage().example('ai-agent');
		expect(nodes.find(({ name }) => name === 'OpenAI Chat Model')?.credentials).toBeUndefined();
		model().play({ say: 'Hello' });
		await chat(stage(), workflow, 'Hello');
		expect(model().tool().parameters.properties).toEqual({
			prompt: { type: 'string', description: expect.stringContaining('What the picture shows') },
		});
		expect(stage().emulator.statistics().charged).toBe(0);
	});

	it("makes the picture that the model describes, and answers with the model's words about its link", async () => {
		model().play({ call: () => ({ prompt: 'a red fox in deep snow' }) }, { say: 'Here it is' });
		const execution = await chat(stage(), workflow, 'A fox, please');
		expect(execution.status).toBe('success');
		expect(stage().sent().map(promptOf)).toEqual(['a red fox in deep snow']);
		expect(model().results()[0]).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(jsonOf(execution, 'AI Agent')).toEqual([{ output: 'Here it is' }]);
		expect(JSON.stringify(model().requests()[0]?.messages)).toContain('A fox, please');
	});

	it.each([
		{ does: 'refuses', approved: false, told: 'rejected the tool call', charged: 0 },
		{ does: 'approves', approved: true, told: 'COMPLETED', charged: 1 },
	])(
		'can ask a person before it pays: who $does pays for $charged',
		async ({ approved, told, charged }) => {
			const reviewed = await withReview(stage(), workflow);
			const args = { toolParameters: { prompt: 'a red fox' }, hitlParameters: {} };
			model().play({ call: () => args }, { say: 'So be it' });
			const asked = await chat(stage(), reviewed, 'A fox, please', { parked: true });
			expect(asked.status).toBe('waiting');
			const message = JSON.stringify(asked.result.runData['Ask first']);
			expect(message).toContain('For credits, make a picture of: a red fox?');
			expect(stage().emulator.statistics().charged).toBe(0);

			const [button = ''] = new RegExp(`http[^"]*approved=${approved}[^"]*`).exec(message) ?? [];
			// n8n takes no click of a robot.
			const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0' };
			expect((await fetch(button, { headers })).ok).toBe(true);
			const { status } = await finishedExecution(stage().session, asked.id);
			expect(status).toBe('success');
			expect(model().results()[0]).toContain(told);
			expect(stage().emulator.statistics().charged).toBe(charged);
		},
	);
}

/** The example with n8n's human review between the agent and its tool, as docs/agents.md says. */
async function withReview(stage: ExampleStage, workflow: SavedWorkflow): Promise<SavedWorkflow> {
	const tool = 'Make a picture';
	const review = {
		...place('Ask first', '@n8n/n8n-nodes-langchain.chatHitlTool', 1.3),
		parameters: {
			message: '=For credits, make a picture of: {{ $tool.parameters.prompt }}?',
			approvalOptions: { values: { approvalType: 'double' } },
		},
	};
	const nodes = workflow.nodes.map((node) =>
		node.name === trigger
			? { ...node, parameters: { options: { responseMode: 'responseNodes' } } }
			: node,
	);
	return await createWorkflow(stage.session, {
		name: 'With review',
		settings: workflow.settings,
		nodes: [...nodes, review],
		connections: {
			...workflow.connections,
			[tool]: { ai_tool: [[{ node: review.name, type: 'ai_tool', index: 0 }]] },
			[review.name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
	});
}

const startedSchema = z.object({ executionId: z.string() });

/**
 * Says something in the chat of the editor, and waits for the end of the run.
 * @param files a file's content is in the item, as the editor sends it
 */
export async function chat(
	{ session }: ExampleStage,
	{ id }: Pick<SavedWorkflow, 'id'>,
	chatInput: string,
	{ parked = false, name = trigger, files = {} } = {},
): Promise<Execution> {
	const json = { sessionId: 'test', action: 'sendMessage', chatInput };
	const data = {
		startTime: Date.now(),
		executionTime: 0,
		executionIndex: 0,
		executionStatus: 'success',
		source: [null],
		data: { main: [[{ json, binary: files }]] },
	};
	const started = await session.request('POST', `/rest/workflows/${id}/run`, {
		workflowData: await session.request('GET', `/rest/workflows/${id}`),
		triggerToStartFrom: { name, data },
	});
	return await finishedExecution(session, startedSchema.parse(started).executionId, {
		...{ timeoutSeconds: 240, parked },
	});
}

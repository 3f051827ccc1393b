import { z } from 'zod';
import { finishedExecution, type Execution } from '../../../sandbox/n8n/executions.mts';
import type { SavedWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { modelCredential } from '../../realN8n/agent.mts';
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
		expect(Object.keys(model().tool().parameters.properties)).toEqual(['Prompt']);
		expect(stage().emulator.statistics().charged).toBe(0);
	});

	it("makes the picture that the model describes, and answers with the model's words about its link", async () => {
		model().play({ call: () => ({ Prompt: 'a red fox in deep snow' }) }, { say: 'Here it is' });
		const execution = await chat(stage(), workflow, 'A fox, please');
		expect(execution.status).toBe('success');
		expect(stage().sent().map(promptOf)).toEqual(['a red fox in deep snow']);
		expect(model().results()[0]).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(jsonOf(execution, 'AI Agent')).toEqual([{ output: 'Here it is' }]);
		expect(JSON.stringify(model().requests()[0]?.messages)).toContain('A fox, please');
	});
}

const startedSchema = z.object({ executionId: z.string() });

/** Says something in the chat of the editor, and waits for the end of the run. */
async function chat(
	{ session }: ExampleStage,
	{ id }: SavedWorkflow,
	chatInput: string,
): Promise<Execution> {
	const json = { sessionId: 'test', action: 'sendMessage', chatInput };
	const data = {
		startTime: Date.now(),
		executionTime: 0,
		executionIndex: 0,
		executionStatus: 'success',
		source: [null],
		data: { main: [[{ json }]] },
	};
	const started = await session.request('POST', `/rest/workflows/${id}/run`, {
		workflowData: await session.request('GET', `/rest/workflows/${id}`),
		triggerToStartFrom: { name: trigger, data },
	});
	return await finishedExecution(session, startedSchema.parse(started).executionId, {
		timeoutSeconds: 240,
	});
}

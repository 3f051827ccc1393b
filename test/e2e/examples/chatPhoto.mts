import { activateWorkflow, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { modelCredential } from '../../realN8n/agent.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { startScriptedModel } from '../../realN8n/scriptedModel.mts';
import { photo } from '../../realN8n/uploads.mts';
import { useOpened } from '../../useOpened.mts';
import { chat } from './aiAgent.mts';
import { jsonOf, promptOf, type ExampleStage } from './exampleStage.mts';

const name = 'chat-photo';
const said = { prompt: 'the mug on a beach' };

/** Promises of examples/chat-photo.json. */
export function chatPhoto(stage: () => ExampleStage): void {
	const model = useOpened(startScriptedModel);
	/** The example as its notes say, for one of the emulator's APIs. */
	const imported = async (api: string, change = (node: WorkflowNode) => node) => {
		const openAiApi = await modelCredential(stage().session, model());
		const credential = await stage().credentialFor(stage().api(api));
		return await importExample(stage(), name, credential, (node) =>
			node.name === 'OpenAI Chat Model' ? { ...node, credentials: { openAiApi } } : change(node),
		);
	};
	const sentPhotos = () =>
		stage()
			.sent()
			.flatMap((inputs) => Object.values(inputs))
			.filter(({ title }) => /image|photo/i.test(title ?? ''))
			.map(({ value }) => Buffer.from(String(value), 'base64'));
	const data0 = {
		...{ mimeType: 'image/png', fileType: 'image', fileName: 'photo.png' },
		data: photo.toString('base64'),
	};

	it.each(['product picture', 'text to image'])(
		"makes an image from the photo of the editor's chat with the API '%s', and answers with its link",
		async (api) => {
			const workflow = await imported(api);
			model().play({ call: () => said }, { say: 'Here it is' });
			const options = { name: 'Chat', files: { data0 } };
			const execution = await chat(stage(), workflow, 'My mug on a beach, please', options);
			expect(model().results()[0]).toContain(`${stage().emulator.fileOrigin}/files/`);
			expect(jsonOf(execution, 'AI Agent')).toEqual([{ output: 'Here it is' }]);
			expect(Object.keys(model().tool().parameters.properties)).toEqual(['prompt']);
			expect(stage().sent().map(promptOf)).toEqual([said.prompt]);
			expect(sentPhotos()).toEqual([photo]);
		},
	);

	it('asks for a photo, and pays for nothing, when there is none', async () => {
		model().play({ call: () => said }, { say: 'Which photo?' });
		await chat(stage(), await imported('product picture'), 'A mug, please', { name: 'Chat' });
		expect(model().results()[0]).toContain('no file where its expression looks for one');
		expect(stage().emulator.statistics().charged).toBe(0);
	});

	// Newer agents have the engine run their tools; older ones call them.
	it.each([3.1, 2.2])("does it on the chat's own page, too (agent %s)", async (agentVersion) => {
		const webhookId = `chat-of-agent-${agentVersion}`;
		const { id } = await imported('product picture', (node) => {
			if (node.name === 'AI Agent') return { ...node, typeVersion: agentVersion };
			return node.name === 'Chat'
				? { ...node, webhookId, parameters: { ...node.parameters, public: true } }
				: node;
		});
		await activateWorkflow(stage().session, id);
		model().play({ call: () => said }, { say: 'Here it is' });
		const body = new FormData();
		for (const [field, value] of Object.entries({ action: 'sendMessage', sessionId: 'test' }))
			body.append(field, value);
		body.append('chatInput', 'My mug on a beach, please');
		body.append('files', new Blob([photo], { type: 'image/png' }), 'photo.png');
		const url = `${stage().n8n.url}/webhook/${webhookId}/chat`;
		const answer = await fetch(url, { method: 'POST', body });
		expect(await answer.json()).toEqual({ output: 'Here it is' });
		expect(sentPhotos()).toEqual([photo]);
		expect(stage().emulator.statistics().charged).toBe(1);
	});
}

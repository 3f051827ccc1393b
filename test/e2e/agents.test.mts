import { advisesToRetry } from '../realN8n/agent.mts';
import { chatWithAgent, type AgentTool } from '../realN8n/agentChat.mts';
import { promptOnly } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { startScriptedModel } from '../realN8n/scriptedModel.mts';
import { openStage } from '../realN8n/stage.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openStage([promptOnly]));
const model = useOpened(startScriptedModel);

const makeImage: AgentTool = {
	name: 'Make an image',
	description: 'Makes an image. Every call costs credits.',
	parameters: {
		operation: 'runAndWait',
		inputMode: 'json',
		inputsJson: "={{ { prompt: $fromAI('prompt', 'What the image shows', 'string') } }}",
		options: { taskLimit: 1 },
	},
};
const taskId = "={{ $fromAI('task_id', '', 'string') }}";
const getStatus: AgentTool = { name: 'Status', parameters: { operation: 'getStatus', taskId } };
const wait: AgentTool = { name: 'Wait', parameters: { operation: 'waitForTask', taskId } };

const begin = async (tools = [makeImage]) => {
	const credential = await stage().credentialFor(stage().api(promptOnly.name));
	return await chatWithAgent(stage(), model(), credential, tools);
};
const callsTool = (tool: string, args: Record<string, string>) =>
	model().play({ calls: [{ tool, args }] });
const orders = () => callsTool('Make_an_image', { prompt: 'a fox' });
/** What the model has read last. */
const read = () => model().results().at(-1);
const charged = () => stage().emulator.statistics().charged;
const taskOf = () => `${stage().emulator.statistics().perTask[0]?.id}`;

describe("one of n8n's own Agents", () => {
	it('knows the tool as its author has described it; its model reads links to the image, which is paid for once', async () => {
		orders();
		await (await begin()).say('A fox, please');
		expect(model().tools()).toContainEqual({
			name: 'Make_an_image',
			description: makeImage.description,
			parameters: expect.objectContaining({
				properties: { prompt: { type: 'string', description: 'What the image shows' } },
				required: ['prompt'],
			}),
		});
		expect(read()).toContain(`"image_urls":["${stage().emulator.fileOrigin}/files/`);
		expect(read()).toContain('"from_sample":["Image width"]');
		expect(stage().sentValues()).toMatchObject([{ f0c1d2e3a4b59607: 'a fox' }]);
		expect(charged()).toBe(1);
	});

	it('has an answer after 50 seconds at the latest, and gets the image of a longer task later, by its task_id: paid for once', async () => {
		const chat = await begin([makeImage, getStatus, wait]);
		const fields = { status: 'IN_PROGRESS' };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields, times: Infinity });
		orders();
		// Nothing but the default ends this call. It is the 50 seconds that this test takes.
		await chat.say('A fox, please');
		const unfinished = [`"task_id":"${taskOf()}"`, '"finished":false', 'Do not start it again'];
		for (const words of unfinished) expect(read()).toContain(words);
		callsTool('Status', { task_id: taskOf() });
		await chat.say('Is it there?');
		for (const words of unfinished) expect(read()).toContain(words);

		stage().emulator.clearFaults();
		callsTool('Wait', { task_id: taskOf() });
		await chat.say('And now?');
		expect(read()).toContain(`"image_urls":["${stage().emulator.fileOrigin}/files/`);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1, submits: 1 });
	});

	it('reads why the service refuses a task, and that nothing was charged', async () => {
		const body = { error: 'Not enough credits' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402, body });
		orders();
		await (await begin()).say('A fox, please');
		expect(read()).toMatch(/answered 402 \(Not enough credits\).*nothing was charged/);
		expect(charged()).toBe(0);
	});

	it('reads not to call again when a reply is lost: one task, and no second', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', times: Infinity });
		orders();
		await (await begin()).say('A fox, please');
		expect(read()).toContain('Do not call this tool again for it: the task may exist');
		expect(read()).not.toMatch(advisesToRetry);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1, submits: 1 });
	});

	it('asks a person first where its author wants that: a no pays nothing, and two clicks on yes pay once', async () => {
		const chat = await begin([{ ...makeImage, requireApproval: true }]);
		const asksFor = async (message: string) => {
			orders();
			const [question, ...more] = (await chat.say(message)).questions;
			if (question === undefined || more.length > 0) throw new Error('It has not asked once');
			return question;
		};
		await chat.decide(await asksFor('A fox, please'), false);
		expect(read()).toContain('was not approved');
		expect(charged()).toBe(0);

		const question = await asksFor('A fox, after all');
		expect(charged()).toBe(0);
		const clicks = [chat.decide(question, true), chat.decide(question, true)];
		expect((await Promise.all(clicks)).flatMap(({ refusals }) => refusals)).toHaveLength(1);
		expect(read()).toContain('"status":"COMPLETED"');
		expect(charged()).toBe(1);
	});

	it("can be stopped: its task goes on, n8n's log has the id, and the model never reads it", async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const chat = await begin();
		const stop = new AbortController();
		orders();
		const stopped = expect(chat.say('A fox, please', stop.signal)).rejects.toThrow('aborted');
		const { statistics } = stage().emulator;
		await eventually(async () => expect(statistics().asked).toBeGreaterThan(1));
		stop.abort();
		await stopped;
		const { asked } = statistics();
		await eventually(async () => expect(statistics().asked).toBeGreaterThan(asked + 1));
		expect(stage().n8n.log()).toContain(`has task ${taskOf()} for item 0 (outside a workflow)`);

		model().play();
		await chat.say('Where is it?');
		expect(read()).toContain('Tool call cancelled');
		expect(read()).not.toContain(taskOf());
		expect(charged()).toBe(1);
	});
});

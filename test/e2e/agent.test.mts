import {
	advisesToRetry,
	fromAi,
	instaSdTool,
	runAgent,
	type ToolSettings,
} from '../realN8n/agent.mts';
import { everyKind, ids, samples, strangeTitles } from '../realN8n/apis.mts';
import { continuing, retrying } from '../realN8n/nodes.mts';
import { startScriptedModel } from '../realN8n/scriptedModel.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { useOpened } from '../useOpened.mts';

const stage = useStage(() => openStage([everyKind, strangeTitles]));
const model = useOpened(startScriptedModel);

const toolFor = async (api: string, settings?: ToolSettings) =>
	await instaSdTool(stage(), await stage().credentialFor(stage().api(api)), settings);

/** Values for every kind of input, by the keys the model sees. */
const wanted: Record<string, unknown> = {
	Prompt: 'a fox',
	Width: 512,
	'Strength__0-1_': 0.8,
	Upscale: false,
};

describe("an agent's tool", () => {
	it('gives every input a key of its own, whatever its title, and the value that belongs to it', async () => {
		const tool = await toolFor(strangeTitles.name);
		const value = (key: string, index: number): unknown => {
			if (/^Load_Image/.test(key)) return `https://example.com/${index}.png`;
			return /^Gr__e/.test(key) ? index : String(index);
		};
		model().play({
			call: ({ parameters }) =>
				Object.fromEntries(
					Object.keys(parameters.properties).map((key, index) => [key, value(key, index)]),
				),
		});
		await runAgent(stage(), model(), tool);
		const keys = Object.keys(model().tool().parameters.properties);
		expect(keys).toHaveLength(Object.keys(strangeTitles.inputs).length);
		for (const key of keys) expect(key).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
		const inputs = Object.keys(strangeTitles.inputs);
		const expected = inputs.map((id, index) => {
			const title = strangeTitles.inputs[id]?.title ?? '';
			const given = value(keys[index] ?? '', index);
			return [id, title.startsWith('Seed') ? index : given];
		});
		expect(stage().sentValues()).toEqual([Object.fromEntries(expected)]);
	});

	it('sends what the model gives, and tells it links and no file', async () => {
		model().play({
			call: ({ parameters }) =>
				Object.fromEntries(
					Object.keys(parameters.properties).map((key) => [
						key,
						wanted[key] ?? (/Seed/.test(key) ? 'random' : 'https://example.com/mine.png'),
					]),
				),
		});
		const execution = await runAgent(stage(), model(), await toolFor(everyKind.name));
		expect(execution.status).toBe('success');
		expect(stage().sentValues()).toEqual([
			{
				[ids.prompt]: 'a fox',
				[ids.width]: 512,
				[ids.strength]: 0.8,
				[ids.upscale]: false,
				[ids.seed]: expect.any(Number),
				[ids.image]: 'https://example.com/mine.png',
			},
		]);
		const [result, ...more] = model().results();
		expect(more).toEqual([]);
		expect(result).toContain(`${stage().emulator.fileOrigin}/files/`);
		expect(result).toContain('COMPLETED');
		expect(result?.length).toBeLessThan(3000);
		expect(stage().emulator.statistics().downloads).toBe(0);
	});

	it('leaves to the model only what it is given to decide, with a description if there is one', async () => {
		const values = {
			...samples,
			[ids.prompt]: fromAi('Prompt', 'string', 'What the picture shows, in English'),
			[ids.seed]: 'random',
		};
		model().play({ call: () => ({ Prompt: 'a fox' }) });
		await runAgent(stage(), model(), await toolFor(everyKind.name, { values }));
		expect(model().tool().parameters.properties).toEqual({
			Prompt: { type: 'string', description: 'What the picture shows, in English' },
		});
		expect(stage().sentValues()).toEqual([
			{
				...samples,
				[ids.prompt]: 'a fox',
				[ids.seed]: expect.any(Number),
			},
		]);
	});

	const callWith = async (agentVersion: number, settings: object) => {
		model().play({ call: () => ({ Prompt: 'a fox' }) });
		const values = { ...samples, [ids.prompt]: fromAi('Prompt', 'string'), [ids.seed]: 'random' };
		const tool = { ...(await toolFor(everyKind.name, { values })), ...settings };
		return await runAgent(stage(), model(), tool, agentVersion);
	};
	// Newer agents have the engine run their tools, with its retries; older ones call them.
	it.each([
		[3.1, retrying],
		[2.2, { ...retrying, ...continuing }],
	])(
		'of an agent %s is charged once in all tries of a call whose task fails, and says why',
		async (agentVersion, settings) => {
			stage().emulator.setBehaviour({ failWith: 'out of memory' });
			await callWith(agentVersion, settings);
			expect(stage().emulator.statistics().charged).toBe(1);
			expect(model().results()).toEqual([expect.stringContaining('out of memory')]);
		},
	);

	// Older agents drop what a tool throws, and read only what it gives.
	it.each([
		[3.1, 'Retry On Fail', retrying],
		[2.2, 'On Error: Continue', { ...retrying, ...continuing }],
	])(
		'tells the model of an agent %s, with %s, not to call it again when a reply is lost',
		async (agentVersion, _, settings) => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', times: Infinity });
			await callWith(agentVersion, settings);
			const words = 'Do not call this tool again for it: the task may exist';
			expect(model().results()).toEqual([expect.stringContaining(words)]);
			expect(model().results()[0]).not.toMatch(advisesToRetry);
			expect(stage().emulator.statistics()).toMatchObject({ charged: 1, submits: 1 });
		},
	);
});

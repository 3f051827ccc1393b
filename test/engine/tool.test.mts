import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { until } from './stage.mts';
import { call, openToolStage, readIn } from './toolStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 1000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const charged = () => stage().emulator.statistics().charged;
const created = () => stage().created();
/** One call of the tool. */
const once = async (settings: NodeSettings = {}, parameters = {}) =>
	await stage().runAgent(
		{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
		{ node: settings, parameters },
	);

describe('a tool that is called by invoke', () => {
	test('makes an image and returns its links', async () => {
		const run = await once();
		expect(readIn(run)[0]).toContain(stage().emulator.fileOrigin);
		expect(charged()).toBe(1);
	});

	test.each([
		['the reply to the submit is lost', { call: 'submit', kind: 'resetAfter' }],
		['a poll is refused', { call: 'status', kind: 'status', status: 401 }],
	] as const)('pays once in all tries when %s', async (_, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const [read] = readIn(await once(retrying));
		expect(charged()).toBe(1);
		expect(read).toContain('Do not call this tool again');
		if (fault.call === 'status') expect(read).toContain(created()[0]);
	});

	test('pays once in all tries when the task takes longer than its timeout', async () => {
		stage().emulator.setBehaviour({ durationMs: 60_000 });
		const [read] = readIn(await once(retrying, { options: { timeoutSeconds: 5 } }));
		expect(charged()).toBe(1);
		expect(read).toContain(`Task ${created()[0]} is not finished`);
		expect(read).toContain('Do not call this tool again');
	});

	test('takes up its task in the next try', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401, times: 1 });
		const [read] = readIn(await once(retrying));
		expect(read).toContain(`"task_id":"${created()[0]}"`);
		expect(charged()).toBe(1);
	});

	test('never passes on n8n’s advice to try again after a network error', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const [read] = readIn(await once());
		expect(read).toContain('The task may or may not have been created');
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'status', status: 500, taken: true },
			body: 'upstream said ETIMEDOUT',
		});
		const [worded] = readIn(await once());
		expect(worded).toContain('upstream said ETIMEDOUT');
		expect([read, worded].join()).not.toMatch(/retry the request|Retry on Fail/i);
	});

	test('makes a task for each of two equal calls, of one tool or of two', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 50, times: Infinity });
		const run = await stage().runAgent({
			step: async (makeTool) => {
				const [one, other] = await Promise.all([makeTool(), makeTool()]);
				const calls = [call(one, 'a cat'), call(other, 'a cat'), call(one, 'a cat')];
				return await Promise.all(calls);
			},
		});
		const read = readIn(run);
		expect(created()).toHaveLength(3);
		expect(created().filter((id) => read.some((text) => text.includes(id)))).toHaveLength(3);
		expect(run.customData.instasd_tasks?.split(',').sort()).toEqual(created().sort());
	});

	test('pays once for all tries of a call, and again for another call', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', times: 2 });
		await stage().runAgent(
			{
				step: async (makeTool) => {
					const tool = await makeTool();
					return [await call(tool, 'a cat'), await call(tool, 'a cat')];
				},
			},
			{ node: retrying },
		);
		expect(charged()).toBe(2);
	});
});

describe('a tool that the engine runs for an agent', () => {
	const runCalls = async (prompts: string[], node: NodeSettings = retrying) =>
		await stage().runAgent(
			{ calls: prompts.map((prompt, n) => ({ id: `call-${n}`, prompt })), toolName: nodeName },
			{ node },
		);

	test.each([
		['the reply to the submit is lost', { call: 'submit', kind: 'resetAfter' }],
		['polls are refused', { call: 'status', kind: 'status', status: 401 }],
	] as const)('pays once in all tries when %s', async (_, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const [read] = readIn(await runCalls(['a cat']));
		expect(charged()).toBe(1);
		expect(read).toContain('Do not call this tool again');
	});

	test('makes a task of its own for each call', async () => {
		const run = await runCalls(['a cat', 'a cat', 'a dog']);
		expect(readIn(run)).toHaveLength(3);
		expect(new Set(created()).size).toBe(3);
	});
});

describe('a tool whose caller has no execution, as that of MCP', () => {
	test.each([
		['the reply to the submit is lost', { call: 'submit', kind: 'resetAfter' }],
		['polls are refused', { call: 'status', kind: 'status', status: 401 }],
	] as const)('pays once in all tries when %s', async (_, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const read = await call(await stage().toolOfWebhook({ node: retrying }), 'a cat');
		expect(charged()).toBe(1);
		expect(read).toContain('Do not call this tool again');
	});

	test('says not to call it again where one of its tasks is refused and another exists', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		const options = { generationsPerItem: 2, tasksAtOnce: 1 };
		const read = await call(await stage().toolOfWebhook({ parameters: { options } }), 'a cat');
		expect(read).toContain('a task of it exists, and a new call makes and charges another');
		expect(charged()).toBe(1);
	});
});

test('Stop while an agent waits leaves the task id of its tool in the log', async () => {
	const fault = stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 100 });
	const execution = stage().startAgent({
		step: async (makeTool) => [await call(await makeTool(), 'a cat')],
	});
	await until('the submit', () => fault.fired > 0);
	execution.stop();
	const run = await execution.finished;
	const logged = `has task ${created()[0]} for item 0 (execution ${run.executionId})`;
	await until('the id in the log', () =>
		run.serverLog.some(({ message }) => message.includes(logged)),
	);
	expect(charged()).toBe(1);
});

import type { INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { withLog } from './harness/logs.mts';
import { useNodeTime } from './nodeTime.mts';
import { call, openToolStage, readIn, type AgentStep, type ToolSettings } from './toolStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

// A tool answers before its caller hangs up.

/** In ms. */
const minute = 60_000;
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 90_000, images: 1 } }));

const statistics = () => stage().emulator.statistics();
const created = () => statistics().perTask.map(({ id }) => id);
/** A call as the MCP Server Trigger makes it: what the model reads, and after how many seconds. */
const callByMcp = async (settings: ToolSettings = {}) => {
	const tool = await stage().toolOfWebhook(settings);
	const begunAt = time.now();
	const read = await call(tool, 'a cat');
	return { seconds: (time.now() - begunAt) / 1000, read };
};
/** The same, of a call that brings items. */
const answerByMcp = async (parameters: INodeParameters = {}, node: NodeSettings = {}) => {
	const { seconds, read } = await callByMcp({ parameters, node });
	const [json, ...more] = JSON.parse(read);
	return { seconds, json, more };
};
/** The id of a task that was created before. */
const submitted = async () => {
	const [task] = await stage().submit('a');
	return String(task?.task_id);
};
const mayCallAgain = /safe to call this tool again/;

describe('over MCP, whose clients hang up after a minute', () => {
	test('a long task is answered after 50 s with its id and how to go on, and can be asked for later', async () => {
		const { seconds, json, more } = await answerByMcp();
		expect(seconds).toBe(50);
		expect(more).toEqual([]);
		expect(json).toEqual({
			task_id: created()[0],
			status: 'IN_PROGRESS',
			progress: expect.any(Number),
			finished: false,
			next: expect.stringMatching(/Do not start it again.*ask by this task_id, or tell the user/),
		});
		await time.sleep(minute);
		const later = await answerByMcp({ operation: 'getStatus', taskId: created()[0] });
		expect(later.json).toMatchObject({
			task_id: created()[0],
			status: 'COMPLETED',
			finished: true,
		});
		expect(later.json).not.toHaveProperty('next');
		expect(statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('Wait for Task is answered after 50 s, and waits on when it is called again', async () => {
		const taskId = await submitted();
		const wait = { operation: 'waitForTask', taskId };
		const first = await answerByMcp(wait);
		expect(first.seconds).toBe(50);
		expect(first.json).toMatchObject({ task_id: taskId, finished: false });
		const second = await answerByMcp(wait);
		expect(second.seconds).toBeLessThanOrEqual(50);
		expect(second.json).toMatchObject({ status: 'COMPLETED' });
		expect(statistics().charged).toBe(1);
	});

	test.each(['runAndWait', 'runTask'])(
		'%s that the service refuses for 55 s is withdrawn after 50, never sent, and may be called again',
		async (operation) => {
			const headers = { 'retry-after': '55' };
			const refused = { call: 'submit', kind: 'status', status: 429, headers } as const;
			stage().emulator.addFault(refused);
			const { seconds, json } = await answerByMcp({ operation });
			expect(seconds).toBe(50);
			expect(json).toEqual({
				...{ status: 'NOT_CREATED', finished: false },
				next: expect.stringMatching(/nothing was created and nothing was charged/),
			});
			expect(json.next).toMatch(mayCallAgain);
			await time.sleep(10 * minute);
			expect(statistics()).toMatchObject({ submits: 1, charged: 0 });
			await answerByMcp({ operation });
			expect(statistics().charged).toBe(1);
		},
	);

	test('a task that waits behind other runs is withdrawn, too', async () => {
		const headers = { 'retry-after': '120' };
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 429, headers });
		const taskId = await submitted();
		const other = answerByMcp({ operation: 'getStatus', taskId });
		await time.sleep(1000);
		const { json } = await answerByMcp();
		expect(json.status).toBe('NOT_CREATED');
		expect((await other).json).toMatchObject({ task_id: taskId, status: 'UNKNOWN' });
		await time.sleep(10 * minute);
		expect(statistics().charged).toBe(1);
	});

	test('a submit without a reply is not to be repeated, and its id comes into the log', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'late', afterMs: 70_000 });
		const log: string[] = [];
		const { seconds, json } = await withLog(
			({ message }) => log.push(message),
			async () => await answerByMcp(),
		);
		expect(seconds).toBe(50);
		expect(json).toEqual({
			...{ status: 'UNKNOWN', finished: false },
			next: expect.stringMatching(/may exist and be charged. Do not send it again/),
		});
		expect(json.next).not.toMatch(mayCallAgain);
		expect(log.join()).not.toContain(created()[0]);
		await time.sleep(minute);
		expect(log.join()).toContain(`has task ${created()[0]} for item 0`);
		expect(statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('several generations are answered one by one: finished, running, without a reply, never sent', async () => {
		stage().emulator.setBehaviour(({ number }) => ({ durationMs: number === 1 ? 1000 : 90_000 }));
		stage().emulator.addFault({ call: 'submit', kind: 'late', afterMs: 300_000, nth: 3 });
		const options = { generationsPerItem: 4, tasksAtOnce: 2 };
		const { seconds, json, more } = await answerByMcp({ options });
		expect(seconds).toBe(50);
		const [first, second] = created();
		expect([json, ...more]).toMatchObject([
			{ task_id: first, status: 'COMPLETED', finished: true },
			{ task_id: second, status: 'IN_PROGRESS', finished: false },
			{ status: 'UNKNOWN', next: expect.stringContaining('may exist') },
			{
				status: 'NOT_CREATED',
				next: expect.stringContaining('create and charge the others again'),
			},
		]);
		await time.sleep(10 * minute);
		expect(statistics()).toMatchObject({ submits: 3, charged: 3 });
	});

	test('with Retry On Fail, the time counts from the first try, and a try that comes too late sends nothing', async () => {
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401, nth: 8 });
		const retried = await answerByMcp({}, node);
		expect(retried.seconds).toBe(50);
		expect(retried.json).toMatchObject({ task_id: created()[0], finished: false });
		expect(statistics().charged).toBe(1);

		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422 });
		const late = answerByMcp({}, { ...node, waitBetweenTries: 200 });
		await time.sleep(minute);
		expect((await late).json.status).toBe('NOT_CREATED');
		expect(statistics().charged).toBe(1);
	});

	test.each<[string, NodeSettings]>([
		['of this try', { onError: 'continueRegularOutput' }],
		['of the try before', { retryOnFail: true, maxTries: 2, waitBetweenTries: 200 }],
	])(
		'a withdrawn submit beside one without a reply, %s, is not safe to call again',
		async (_when, node) => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', nth: 1 });
			const refused = { call: 'submit', kind: 'status', status: 429 } as const;
			stage().emulator.addFault({ ...refused, nth: 2, times: Infinity });
			const options = { generationsPerItem: 2, tasksAtOnce: 1 };
			const reading = callByMcp({ parameters: { options }, node });
			await time.sleep(minute);
			const { read } = await reading;
			expect(read).toContain('create and charge the others again');
			expect(read).not.toMatch(mayCallAgain);
			expect(statistics().charged).toBe(1);
		},
	);

	test('the next try knows what the first has paid for, even if n8n has reloaded the package', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 5000 };
		const reading = callByMcp({ node });
		await time.sleep(2000);
		expect(statistics().charged).toBe(1);
		jest.resetModules();
		await time.sleep(10_000);
		expect(statistics().charged).toBe(1);
		expect((await reading).read).toContain('did not get its id');
		expect(statistics().charged).toBe(1);
	});

	test.each([
		[20, 20],
		['={{ 100 }}', 100],
	])('Answer Within (Seconds) %s is kept', async (answerWithinSeconds, expected) => {
		stage().emulator.setBehaviour({ durationMs: 200_000 });
		const { seconds, json } = await answerByMcp({ options: { answerWithinSeconds } });
		expect(seconds).toBe(expected);
		expect(json.finished).toBe(false);
	});

	test('a wrong Answer Within (Seconds) is refused before anything is sent', async () => {
		const options = { answerWithinSeconds: -1 };
		const { read } = await callByMcp({ parameters: { options } });
		expect(read).toContain("Option 'Answer Within (Seconds)' takes a number");
		expect(statistics().charged).toBe(0);
	});
});

describe('an agent inside a workflow, which waits', () => {
	const step: AgentStep = async (makeTool) => [await call(await makeTool(), 'a cat')];
	const engineCalls = { calls: [{ id: 'call', prompt: 'a cat' }], toolName: nodeName };
	const runAgent = async (options: INodeParameters = {}, byEngine = false) => {
		const work = byEngine ? engineCalls : { step };
		const begunAt = time.now();
		const run = await stage().runAgent(work, { parameters: { options } });
		return { seconds: (time.now() - begunAt) / 1000, read: readIn(run)[0] ?? '', run };
	};

	test('gets a task that takes longer when it is finished', async () => {
		const { seconds, read } = await runAgent();
		expect(seconds).toBeGreaterThan(90);
		expect(read).toContain('COMPLETED');
	});

	test('does not wait if it is an MCP trigger, even in an execution that can be stopped', async () => {
		const begunAt = time.now();
		const run = await stage().runAgent({ step }, { agentType: 'test.mcpTrigger' });
		expect((time.now() - begunAt) / 1000).toBe(50);
		expect(readIn(run)[0]).toContain('Do not start it again');
	});

	test.each([false, true])(
		'gets it after Answer Within (Seconds), if that is set (by engine requests: %s), and the ledger keeps it',
		async (byEngine) => {
			const { seconds, read, run } = await runAgent({ answerWithinSeconds: 30 }, byEngine);
			expect(seconds).toBe(30);
			expect(read).toContain(created()[0]);
			expect(read).toContain('Do not start it again');
			expect(run.status).toBe('success');
			expect(statistics()).toMatchObject({ submits: 1, charged: 1 });
		},
	);
});

import { useStage } from '../useStage.mts';
import { itemsOf, promptOfItem } from './stage.mts';
import { useNodeTime } from './nodeTime.mts';
import { call, openToolStage, readIn } from './toolStage.mts';
import { loopAround, nodeName, type NodeSettings } from './workflows.mts';

/** Tasks that fail at the service again and again, on a node with Retry On Fail. */
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 500, images: 0 } }));

const tries = (maxTries: number): NodeSettings => ({
	...{ retryOnFail: true, maxTries, waitBetweenTries: 1 },
});
const charged = () => stage().emulator.statistics().charged;
const created = () =>
	stage()
		.emulator.statistics()
		.perTask.map(({ id }) => id);
const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));
const limited = (taskLimit: number, more = {}) => ({
	...promptOfItem,
	options: { taskLimit, tasksAtOnce: 1, ...more },
});
const failAlways = () => stage().emulator.setBehaviour({ failWith: 'out of memory' });
const failFirst = (count: number) =>
	stage().emulator.setBehaviour(({ number }) =>
		number <= count ? { failWith: 'out of memory' } : {},
	);

describe('Task Limit holds for all tries of a run', () => {
	test.each([
		[1, ['a'], 1],
		[2, ['a'], 2],
		[4, ['a', 'b', 'c'], 4],
		[3, ['a', 'b', 'c'], 3],
	])('of %i, with the prompts %j', async (taskLimit, all, expected) => {
		failAlways();
		const run = await stage().run(limited(taskLimit), {
			...{ items: prompts(...all), node: tries(5), mode: 'trigger' },
		});
		expect([run.status, charged()]).toEqual(['error', expected]);
		expect(run.error?.context).toMatchObject({ code: 'TASK_FAILED', retryable: false });
		expect(run.error?.message).toContain('failed: out of memory; no other was created');
		const context: { task_ids?: unknown[] } = { ...run.error?.context };
		expect([...(context.task_ids ?? [])].sort()).toEqual(created().sort());
		for (const id of created()) {
			expect(`${run.error?.message} ${run.error?.description}`).toContain(id);
		}
	});

	test('in the error item too, of a node that continues', async () => {
		failAlways();
		const run = await stage().run(limited(1), {
			items: prompts('a'),
			node: { ...tries(3), onError: 'continueRegularOutput' },
		});
		expect(charged()).toBe(1);
		expect(run.output(nodeName)[0]?.json).toMatchObject({
			error: {
				...{ code: 'TASK_FAILED', task_id: created()[0], status: 'FAILED', retryable: false },
			},
			message: expect.stringContaining("'Task Limit' (1)"),
		});
		// The item that names the task is there, so it is not "more".
		expect(run.nodes[nodeName]?.at(-1)?.hints[0]?.message).not.toContain('Earlier tries');
	});

	test('and counts each generation', async () => {
		failAlways();
		await stage().run(limited(3, { generationsPerItem: 2 }), {
			...{ items: prompts('a'), node: tries(5) },
		});
		expect(charged()).toBe(3);
	});

	test('when other items have used it up: those that were never sent say so', async () => {
		failFirst(2);
		const run = await stage().run(limited(3), { items: prompts('a', 'b'), node: tries(4) });
		// Two tries for the first item, one for the second that works: a fourth task would be one too many.
		expect([run.status, charged()]).toEqual(['error', 3]);
		expect(run.error?.context).toMatchObject({ code: 'TASK_LIMIT', item: 1, retryable: false });
	});

	test('but not for what created nothing', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402, times: 2 });
		const run = await stage().run(limited(1), { items: prompts('a'), node: tries(3) });
		expect([run.status, charged()]).toEqual(['success', 1]);
	});

	test('nor for the one submit more of Resubmit When Unsure', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const run = await stage().run(limited(1, { resubmitWhenUnsure: true }), {
			items: prompts('a'),
		});
		expect([run.status, charged()]).toEqual(['success', 2]);
	});

	test('also for a task of which nobody knows whether it exists', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		failAlways();
		await stage().run(limited(2), { items: prompts('a', 'b'), node: tries(4) });
		expect(charged()).toBeLessThanOrEqual(2);
	});

	test('and begins anew with a retry from the list, which a person has decided on', async () => {
		failFirst(1);
		const run = await stage().run(limited(1), { ...{ items: prompts('a'), mode: 'trigger' } });
		expect([run.status, charged()]).toEqual(['error', 1]);
		expect([(await stage().retry(run)).status, charged()]).toEqual(['success', 2]);
	});

	test('and with the next round of a loop', async () => {
		failAlways();
		const workflow = loopAround(1, {
			...{ parameters: limited(1), onError: 'continueRegularOutput' },
			...tries(3),
		});
		await stage().run({}, { workflow, items: prompts('a', 'b', 'c') });
		expect(charged()).toBe(3);
	});
});

test('the hint after a run that needed several tries names the tasks that failed, and were charged, too', async () => {
	failFirst(2);
	const run = await stage().run(limited(0), { items: prompts('a'), node: tries(4) });
	expect([run.status, charged()]).toEqual(['success', 3]);
	const [first, second] = created();
	expect(run.nodes[nodeName]?.at(-1)?.hints[0]?.message).toContain(
		`Earlier tries of this run created 2 more tasks, which failed: ${first}, ${second}.`,
	);
});

describe('a call of a tool pays once, whatever becomes of its task, and answers what failed', () => {
	const isAnswer = (read: string | undefined) => {
		expect(charged()).toBe(1);
		expect(read).toContain(`Task ${created()[0]} failed: out of memory`);
	};

	test('by invoke', async () => {
		failAlways();
		const run = await stage().runAgent(
			{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
			{ node: tries(4) },
		);
		isAnswer(readIn(run)[0]);
	});

	test('by the engine, for an agent', async () => {
		failAlways();
		const calls = [{ id: 'call-0', prompt: 'a cat' }];
		const run = await stage().runAgent({ calls, toolName: nodeName }, { node: tries(4) });
		isAnswer(readIn(run)[0]);
	});

	test('over MCP, with a Task Limit or without', async () => {
		failAlways();
		const tool = await stage().toolOfWebhook({ node: tries(3) });
		isAnswer(await call(tool, 'a cat'));
	});

	test('and a second call pays for a task of its own', async () => {
		failAlways();
		const calls = ['call-0', 'call-1'].map((id) => ({ id, prompt: 'a cat' }));
		await stage().runAgent({ calls, toolName: nodeName }, { node: tries(3) });
		expect(charged()).toBe(2);
	});

	test('where the task failed only after a try had lost sight of it', async () => {
		stage().emulator.setBehaviour({ failWith: 'out of memory', durationMs: 60_000 });
		const run = await stage().runAgent(
			{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
			{
				node: tries(4),
				parameters: { options: { timeoutSeconds: 28 } },
			},
		);
		isAnswer(readIn(run)[0]);
	});
});

import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { withParameters } from './harness/workflowFile.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, until, workflowWith } from './stage.mts';
import { ids, loopAround, nodeName, type NodeSettings } from './workflows.mts';

// What a retry, of n8n's or of a person, pays for: only what was never sent, or certainly failed.
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 500, images: 0 } }));

const tries = (maxTries: number): NodeSettings => ({
	...{ retryOnFail: true, maxTries, waitBetweenTries: 1 },
});
const charged = () => stage().emulator.statistics().charged;
const created = () => stage().created();
const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));
const promptOf = ({ inputs }: NewTask) => String(inputs[ids.prompt]?.value);
const sentInputs = (taskId: unknown) => stage().emulator.task(String(taskId))?.inputs;
const promptsCharged = () => created().map((id) => sentInputs(id)?.[ids.prompt]?.value);
/** The first tasks of this prompt fail. */
const failing = (prompt: string, times: number) => {
	let left = times;
	stage().emulator.setBehaviour((task) =>
		promptOf(task) === prompt && left-- > 0 ? { failWith: 'out of memory' } : {},
	);
};
const failAlways = () => stage().emulator.setBehaviour({ failWith: 'out of memory' });
/** The output tells the seeds that were sent, also of a task that an earlier try has sent. */
const expectSentInputs = (run: Run) => {
	const items = run.output(nodeName);
	expect(items.map(({ json }) => json.inputs)).toEqual(
		items.map(({ json }) => sentInputs(json.task_id)),
	);
};

describe('Retry On Fail', () => {
	test('takes up the tasks of the other items, and sends only the failed one again', async () => {
		failing('b', 1);
		const run = await stage().run(promptOfItem, { items: prompts('a', 'b', 'c'), node: tries(3) });
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'b', 'c']);
		expectSentInputs(run);
	});
});

describe('Retry in the list of executions', () => {
	const fail = async () => {
		failing('b', 1);
		const items = prompts('a', 'b', 'c');
		const run = await stage().run(promptOfItem, { items, mode: 'trigger' });
		expect([run.status, promptsCharged().sort()]).toEqual(['error', ['a', 'b', 'c']]);
		return run;
	};

	test('takes up the tasks that were sent, with their seeds', async () => {
		const run = await stage().retry(await fail());
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'b', 'c']);
		expectSentInputs(run);
	});

	test('with the saved workflow sends the items that were changed, and takes up the others', async () => {
		const failed = await fail();
		const run = await stage().retry(failed, {
			inputs: { value: { [ids.prompt]: '={{ $json.prompt === "c" ? "C" : $json.prompt }}' } },
		});
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['C', 'a', 'b', 'b', 'c']);
	});

	test('tells when a task was sent at first, not when it was taken up', async () => {
		const begunAt = time.now();
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		const parameters = { ...promptOfItem, operation: 'runTask', options: { tasksAtOnce: 1 } };
		const failed = await stage().run(parameters, { items: prompts('a', 'b'), mode: 'trigger' });
		await time.sleep(600_000);
		const run = await stage().retry(failed);
		const sentAt = run
			.output(nodeName)
			.map(({ json }) => Date.parse(String(json.submitted_at)) - begunAt);
		expect(sentAt.map((ms) => Math.round(ms / 60_000))).toEqual([0, 10]);
	});
});

describe('inside a loop', () => {
	test.each([1, 2])('of %i items a round, a retry pays for nothing twice', async (batchSize) => {
		failing('d', 1);
		const workflow = loopAround(batchSize, { parameters: promptOfItem });
		const items = prompts('a', 'b', 'c', 'd', 'e');
		const failed = await stage().run({}, { workflow, items, mode: 'trigger' });
		expect(failed.status).toBe('error');
		const run = await stage().retry(failed);
		expect(run.status).toBe('success');
		expect(run.output('Done').map(({ json }) => json.finished)).toEqual(Array(5).fill(true));
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'c', 'd', 'd', 'e']);
	});

	test('the same values in each round are a task of their own', async () => {
		const workflow = loopAround(1, { parameters: promptOfItem, ...tries(3) });
		const run = await stage().run({}, { workflow, items: prompts('a', 'a', 'a') });
		expect(new Set(run.output('Done').map(({ json }) => json.task_id)).size).toBe(3);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 3 });
	});
});

describe('the data of an execution', () => {
	const ledgerOf = (run: Run): Record<string, { taskId?: string }> =>
		Object(run.contextData[`node:${nodeName}`]?.tasks);
	const idsIn = (run: Run) => Object.values(ledgerOf(run)).map(({ taskId }) => taskId);

	test('has the ids of the tasks that run when the timeout of the workflow ends it', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const timeout = until('two polls', () => stage().emulator.statistics().asked >= 2).then(() =>
			time.standStill(),
		);
		const run = await stage().run(promptOfItem, {
			...{ items: prompts('a', 'b'), mode: 'trigger', timeout },
		});
		const tasks = stage().created();
		expect(run.status).toBe('canceled');
		expect(tasks).toHaveLength(2);
		expect(tasks.filter((id) => !run.stored?.includes(id))).toEqual([]);
		expect(run.customData.instasd_tasks?.split(',').sort()).toEqual(tasks.sort());
		expect(Object.keys(ledgerOf(run))).toHaveLength(2);
	});

	test('has the ids after success, because n8n can still refuse the output and try again', async () => {
		const run = await stage().run(promptOfItem, { items: prompts('a', 'b') });
		expect(idsIn(run).sort()).toEqual(created().sort());
	});

	test('has only the ids of the last round after a loop', async () => {
		const workflow = loopAround(1, { parameters: promptOfItem });
		const run = await stage().run({}, { workflow, items: prompts('a', 'b', 'c') });
		expect(idsIn(run)).toEqual([run.output('Done')[2]?.json.task_id]);
	});
});

describe('several retries of one execution', () => {
	beforeEach(() => stage().emulator.setBehaviour({ durationMs: 60_000 }));
	const impatient = { ...promptOfItem, options: { timeoutSeconds: 2 } };
	const idIn = ({ error }: Run) => created().find((id) => error?.message.includes(id));

	/** An execution that fails before anything is created. */

	async function refusedRun(): Promise<Run> {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402 });
		const run = await stage().run(impatient, { items: itemsOf({ prompt: 'a' }), mode: 'trigger' });
		expect([run.status, charged()]).toEqual(['error', 0]);
		return run;
	}

	test('three retries of one failed execution are charged once, and each names the task', async () => {
		const failed = await refusedRun();
		for (let retry = 0; retry < 3; retry++) {
			const run = await stage().retry(failed);
			expect([run.status, charged(), idIn(run)]).toEqual(['error', 1, created()[0]]);
		}
	});

	test('a retry of a retry takes up the task, too, and so does one that begins after its end', async () => {
		const failed = await refusedRun();
		const second = await stage().retry(failed);
		expect(idIn(await stage().retry(second))).toBe(created()[0]);
		await time.sleep(60_000);
		const last = await stage().retry(failed);
		expect([last.status, charged()]).toEqual(['success', 1]);
		const again = await stage().retry(failed);
		expect(again.output(nodeName)[0]?.json.task_id).toBe(created()[0]);
		expect(charged()).toBe(1);
	});

	test('two retries at once are charged once, also while a file is still read', async () => {
		const photo = await stage().engine.binary(Buffer.alloc(500_000, 'a'), {
			fileName: 'photo.png',
			mimeType: 'image/png',
		});
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402 });
		const failed = await stage().run(
			{
				inputs: { value: { [ids.prompt]: 'a', [ids.image]: 'photo' } },
				options: { timeoutSeconds: 2 },
			},
			{ items: [{ json: {}, binary: { photo } }], mode: 'trigger' },
		);
		const runs = await Promise.all([stage().retry(failed), stage().retry(failed)]);
		expect(charged()).toBe(1);
		expect(runs.map(idIn)).toEqual([created()[0], created()[0]]);
	});

	test('if a retry fails before anything is sent, the next one sends the task', async () => {
		const failed = await refusedRun();
		const breaks = jest.spyOn(Buffer, 'byteLength').mockImplementation(() => {
			throw new Error('out of memory');
		});
		const broken = await stage().retry(failed);
		breaks.mockRestore();
		expect([broken.error?.message, charged()]).toEqual([expect.stringContaining('memory'), 0]);
		expect(idIn(await stage().retry(failed))).toBe(created()[0]);
	});

	test('two retries at once, both refused, leave nothing unsure', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 1 });
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 401, nth: 2 });
		const items = itemsOf({ prompt: 'a' });
		const failed = await stage().run(impatient, { items, mode: 'trigger' });
		const runs = await Promise.all([stage().retry(failed), stage().retry(failed)]);
		for (const { error } of runs) expect(error?.message).not.toContain('not get its id');
		for (const run of [failed, ...runs]) expect(idIn(await stage().retry(run))).toBe(created()[0]);
		expect(charged()).toBe(1);
	});

	test('a task that one retry has sent anew after a failure is taken up by the others', async () => {
		const first = await stage().run(impatient, {
			items: itemsOf({ prompt: 'a' }),
			mode: 'trigger',
		});
		const [failing] = created();
		stage().emulator.addFault({
			...{ call: 'status', kind: 'patch', taskNumber: 1, times: Infinity },
			fields: { status: 'FAILED' },
		});
		await stage().retry(first);
		expect(created()).toEqual([failing, expect.any(String)]);
		const third = await stage().retry(first);
		expect([charged(), idIn(third)]).toEqual([2, created()[1]]);
	});

	test('another execution of the same workflow makes a task of its own', async () => {
		for (const tasks of [1, 2]) {
			await stage().run(impatient, { items: itemsOf({ prompt: 'a' }), mode: 'trigger' });
			expect(charged()).toBe(tasks);
		}
	});

	describe.each(['in its binary field', 'in binary mode "combined"'])(
		'of a file that a webhook has brought, %s,',
		(where) => {
			const isCombined = where.includes('combined');
			const workflow = withParameters(
				{ ...workflowWith({}), settings: isCombined ? { binaryMode: 'combined' } : {} },
				{
					[nodeName]: {
						inputs: { value: { [ids.prompt]: 'a', [ids.image]: 'photo' } },
						options: { timeoutSeconds: 2 },
					},
				},
			);
			const start = async () => {
				const about = { fileName: 'photo.png', mimeType: 'image/png' };
				const photo = await stage().engine.uploaded(Buffer.alloc(2_000, 'a'), about);
				expect(photo.id).toContain('/temp/');
				const item = isCombined
					? { json: { _files: { photo: { ...photo } } } }
					: { json: {}, binary: { photo } };
				const run = await stage().run({}, { workflow, items: [item], mode: 'webhook' });
				expect(run.stored).not.toContain('/temp/');
				return run;
			};

			test('it is the same in a retry, though n8n has moved it: the task is not paid for again', async () => {
				const run = await start();
				expect(idIn(run)).toBe(created()[0]);
				for (let retry = 0; retry < 2; retry++) {
					expect([idIn(await stage().retry(run)), charged()]).toEqual([created()[0], 1]);
				}
			});
		},
	);
});

describe('Task Limit holds for all tries of a run', () => {
	const limited = (taskLimit: number, more = {}) => ({
		...promptOfItem,
		options: { taskLimit, tasksAtOnce: 1, ...more },
	});

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

		const context: { task_ids?: unknown[] } = { ...run.error?.context };
		expect([...(context.task_ids ?? [])].sort()).toEqual(created().sort());
		for (const id of created()) {
			expect(`${run.error?.message} ${run.error?.description}`).toContain(id);
		}
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

	test('and begins anew with a retry from the list, which a person has decided on', async () => {
		failing('a', 1);
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

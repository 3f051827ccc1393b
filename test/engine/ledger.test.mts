import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, until } from './stage.mts';
import { ids, loopAround, nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() =>
	openStage({
		time,
		behaviour: { durationMs: 500, images: 0 },
	}),
);

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));
const promptOf = ({ inputs }: NewTask) => String(inputs[ids.prompt]?.value);
const ledgerOf = (run: Run): Record<string, { taskId?: string }> =>
	Object(run.contextData[`node:${nodeName}`]?.tasks);
const idsIn = (run: Run) => Object.values(ledgerOf(run)).map(({ taskId }) => taskId);
const sentInputs = (taskId: unknown) => stage().emulator.task(String(taskId))?.inputs;
const promptsCharged = () =>
	stage()
		.emulator.statistics()
		.perTask.map(({ id }) => sentInputs(id)?.[ids.prompt]?.value);
/** The first tasks of this prompt fail. */
const failing = (prompt: string, times: number) => {
	let left = times;
	stage().emulator.setBehaviour((task) =>
		promptOf(task) === prompt && left-- > 0 ? { failWith: 'out of memory' } : {},
	);
};

describe('Retry On Fail', () => {
	test('takes up the tasks of the other items, and sends only the failed one again', async () => {
		failing('b', 1);
		const run = await stage().run(promptOfItem, { items: prompts('a', 'b', 'c'), node: retrying });
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'b', 'c']);
		const items = run.output(nodeName);
		expect(items.map(({ json }) => Object(json.inputs)[ids.prompt].value)).toEqual(['a', 'b', 'c']);
		// The seeds in the output are those that were sent, also of a task that an earlier try sent.
		expect(items.map(({ json }) => json.inputs)).toEqual(
			items.map(({ json }) => sentInputs(json.task_id)),
		);
	});

	test('with On Error: Continue enters the node again for a first item in error, and pays for no other twice', async () => {
		failing('a', 1);
		const run = await stage().run(promptOfItem, {
			items: prompts('a', 'b'),
			node: { ...retrying, onError: 'continueRegularOutput' },
		});
		expect(run.output(nodeName).map(({ json }) => json.finished)).toEqual([true, true]);
		expect(promptsCharged().sort()).toEqual(['a', 'a', 'b']);
	});

	test('pays for each generation once', async () => {
		failing('b', 1);
		const run = await stage().run(
			{ ...promptOfItem, options: { generationsPerItem: 2 } },
			{ items: prompts('a', 'b'), node: retrying },
		);
		expect(run.output(nodeName)).toHaveLength(4);
		expect(new Set(run.output(nodeName).map(({ json }) => json.task_id)).size).toBe(4);
		expect(promptsCharged().sort()).toEqual(['a', 'a', 'b', 'b', 'b']);
	});

	test('pays for a task that always fails as often as there are tries', async () => {
		stage().emulator.setBehaviour({ failWith: 'broken' });
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('error');
		expect(stage().emulator.statistics()).toMatchObject({ charged: 3 });
	});

	test('pays nothing again when only the download failed', async () => {
		stage().emulator.setBehaviour({ images: 1 });
		stage().emulator.addFault({ call: 'file', kind: 'status', status: 500, times: 5 });
		const run = await stage().run({}, { node: retrying });
		expect(Object.keys(run.output(nodeName)[0]?.binary ?? {})).toEqual(['data']);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

describe('Retry in the list of executions', () => {
	const fail = async (parameters = {}) => {
		failing('b', 1);
		const run = await stage().run(
			{ ...promptOfItem, ...parameters },
			{ items: prompts('a', 'b', 'c'), mode: 'trigger' },
		);
		expect(run.status).toBe('error');
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'c']);
		return run;
	};

	test('takes up the tasks that were sent, with their seeds', async () => {
		const failed = await fail();
		const run = await stage().retry(failed);
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'b', 'c']);
		const items = run.output(nodeName);
		expect(items.map(({ json }) => json.inputs)).toEqual(
			items.map(({ json }) => sentInputs(json.task_id)),
		);
	});

	test('with the saved workflow sends the items that were changed, and takes up the others', async () => {
		const failed = await fail();
		const run = await stage().retry(failed, {
			inputs: { value: { [ids.prompt]: '={{ $json.prompt === "c" ? "C" : $json.prompt }}' } },
		});
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['C', 'a', 'b', 'b', 'c']);
	});

	test('takes up everything if a change concerns nothing that is sent', async () => {
		const failed = await fail();
		const run = await stage().retry(failed, { options: { tasksAtOnce: 1 }, downloadFiles: false });
		expect(run.status).toBe('success');
		expect(promptsCharged().sort()).toEqual(['a', 'b', 'b', 'c']);
	});

	test('works for Run Task too, and again and again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2, times: 2 });
		const parameters = { ...promptOfItem, operation: 'runTask', options: { tasksAtOnce: 1 } };
		const first = await stage().run(parameters, { items: prompts('a', 'b', 'c'), mode: 'trigger' });
		const second = await stage().retry(first);
		expect([first.status, second.status]).toEqual(['error', 'error']);
		const third = await stage().retry(second);
		expect(third.status).toBe('success');
		expect(promptsCharged()).toEqual(['a', 'b', 'c']);
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

	test('refuses a task that may exist, unless the user allows to pay twice', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const failed = await stage().run({}, { mode: 'trigger' });
		const refused = await stage().retry(failed);
		expect(refused.error?.message).toContain('so it was not sent again');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
		const sent = await stage().retry(refused, { options: { resubmitWhenUnsure: true } });
		expect(sent.status).toBe('success');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
	});
});

test('a task stays unsure after it was sent once more and refused', async () => {
	stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
	stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
	const failed = await stage().run({}, { mode: 'trigger' });
	const refused = await stage().retry(failed, { options: { resubmitWhenUnsure: true } });
	expect(refused.error?.message).toContain('The task may or may not have been created');
	const last = await stage().retry(refused, { options: { resubmitWhenUnsure: false } });
	expect(last.error?.message).toContain('so it was not sent again');
	expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 1 });
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
		const workflow = loopAround(1, { parameters: promptOfItem, ...retrying });
		const run = await stage().run({}, { workflow, items: prompts('a', 'a', 'a') });
		expect(new Set(run.output('Done').map(({ json }) => json.task_id)).size).toBe(3);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 3 });
	});
});

describe('the data of an execution', () => {
	test('has the ids of the tasks that run when the timeout of the workflow ends it', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const timeout = until(() => stage().emulator.statistics().asked >= 2).then(() =>
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
		const created = stage().created();
		expect(idsIn(run).sort()).toEqual(created.sort());
	});

	test('has only the ids of the last round after a loop', async () => {
		const workflow = loopAround(1, { parameters: promptOfItem });
		const run = await stage().run({}, { workflow, items: prompts('a', 'b', 'c') });
		expect(idsIn(run)).toEqual([run.output('Done')[2]?.json.task_id]);
	});
});

import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, promptOfItem } from './stage.mts';
import { call, openToolStage, readIn } from './toolStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

// A service that answers 429, and everybody who calls the node.
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 3_000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const created = () =>
	stage()
		.emulator.statistics()
		.perTask.map(({ id }) => id);
const refuse = (
	call: 'submit' | 'status',
	some: { times?: number; taskNumber?: number } = {},
	headers = {},
) =>
	stage().emulator.addFault({
		...{ call, kind: 'status', status: 429, headers, times: Infinity },
		...some,
	});

test('a hundred and fifty calls of a tool, side by side, all get their picture of a service that takes ten requests a second', async () => {
	stage().emulator.setBehaviour({ requestsPerSecond: 10 });
	const tool = await stage().toolOfWebhook();
	const read = await Promise.all(Array.from({ length: 150 }, async () => await call(tool, 'a')));
	expect(read.filter((text) => text.startsWith('Error'))).toEqual([]);
	expect(stage().emulator.statistics()).toMatchObject({ charged: 150, tasks: { COMPLETED: 150 } });
}, 300_000);

describe('a service that has answered 429 to another run', () => {
	const batch = { downloadFiles: false, options: { generationsPerItem: 40, tasksAtOnce: 10 } };

	test.each([
		['status', 1],
		['status', 2],
		['status', 9],
		['submit', 2],
	] as const)('(%s, %i times) does the next batch in its usual time', async (call, times) => {
		time.fixChance(0.5);
		stage().emulator.setBehaviour({ durationMs: 2_000 });
		refuse(call, { times });
		await stage().run({ downloadFiles: false });
		const startedAt = time.now();
		await stage().run(batch);
		const ideal = 4 * 2_000;
		expect((time.now() - startedAt) / ideal).toBeLessThanOrEqual(1.15);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 41 });
	});
});

test('a service that has answered 429 for a while, and then says something else, is soon asked about all tasks', async () => {
	time.fixChance(0.5);
	refuse('status');
	await stage().run({ options: { timeoutSeconds: 30 } });
	stage().emulator.clearFaults();
	const startedAt = time.now();
	const items = itemsOf(...Array.from({ length: 20 }, (_, task_id) => ({ task_id })));
	const unknown = { operation: 'waitForTask', taskId: '={{ "unknown-" + $json.task_id }}' };
	const run = await stage().run(unknown, { items, node: { onError: 'continueRegularOutput' } });
	const error = { code: 'TASK_NOT_FOUND' };
	expect(run.output(nodeName)).toMatchObject(items.map(() => ({ json: { error } })));
	expect(time.now() - startedAt).toBeLessThanOrEqual(60_000);
});

describe('questions that are refused', () => {
	const patient = { options: { timeoutSeconds: 60 } };

	test('are asked until Timeout in each try, for the one task there is', async () => {
		refuse('status');
		const startedAt = time.now();
		const run = await stage().run(patient, { node: retrying });
		expect(time.now() - startedAt).toBeLessThanOrEqual(3 * 61_500 + 2_000);
		const [id] = created();
		expect(run.error?.message).toContain(`Task ${id} is not finished after 60 s`);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('in one try, and answered in the next, end with the task that was paid for', async () => {
		// As many as a try asks for in a minute.
		time.fixChance(0);
		const refused = refuse('status', { times: 9 });
		const startedAt = time.now();
		const run = await stage().run(patient, { node: retrying });
		expect(refused.fired).toBe(9);
		expect(time.now() - startedAt).toBeGreaterThan(60_000);
		expect(run.output(nodeName)).toMatchObject([{ json: { task_id: created()[0] } }]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test.each([0, 0.5, 0.9])(
		'with a pause that the service asks for are not finished in time, whenever the last one comes: %f',
		async (chance) => {
			time.fixChance(chance);
			refuse('status', {}, { 'retry-after': '17' });
			const run = await stage().run(patient, { node: { onError: 'continueRegularOutput' } });
			const error = { code: 'WAIT_TIMEOUT', task_id: created()[0] };
			expect(run.output(nodeName)).toMatchObject([{ json: { error } }]);
		},
	);

	test('for half a minute leave the other half for the task', async () => {
		time.fixChance(0);
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		refuse('status', { times: 11 });
		const startedAt = time.now();
		const run = await stage().run(patient, { node: retrying });
		expect(time.now() - startedAt).toBeLessThanOrEqual(3 * 61_500 + 2_000);
		expect(run.error?.message).toContain('is not finished after 60 s');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('of a retry of Run Task, which does not wait, are asked for five minutes, and give the id back', async () => {
		refuse('status');
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		const runTask = { ...promptOfItem, operation: 'runTask', options: { tasksAtOnce: 1 } };
		const items = itemsOf({ prompt: 'a' }, { prompt: 'b' });
		const failed = await stage().run(runTask, { items, mode: 'trigger' });
		const startedAt = time.now();
		const { error } = await stage().retry(failed);
		expect(time.now() - startedAt).toBeLessThanOrEqual(330_000);
		expect(`${error?.message} ${error?.description}`).toContain(created()[0]);
		expect(`${error?.message} ${error?.description}`).not.toContain('Timeout');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 1 });
	});

	test('leave the id in the error output, whatever is tried', async () => {
		refuse('status', { taskNumber: 1 });
		const run = await stage().run(
			{ ...promptOfItem, ...patient },
			{
				items: itemsOf({ prompt: 'a' }, { prompt: 'b' }),
				node: { ...retrying, onError: 'continueErrorOutput' },
			},
		);
		expect(run.output(nodeName, 0)).toHaveLength(1);
		const error = { code: 'WAIT_TIMEOUT', task_id: created()[0] };
		expect(run.output(nodeName, 1)).toMatchObject([{ json: { error } }]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
	});

	test.each([retrying, { ...retrying, onError: 'continueRegularOutput' as const }])(
		'give a model the id, and say not to call the tool again: %j',
		async (node) => {
			refuse('status');
			const step = [await call(await stage().toolOfWebhook({ node, parameters: patient }), 'a')];
			const run = await stage().runAgent(
				{ calls: [{ id: 'call', prompt: 'a' }], toolName: nodeName },
				{ node, parameters: patient },
			);
			// Over MCP before the client hangs up, else when the node gives up.
			expect(step[0]).toContain(`"task_id":"${created()[0]}"`);
			expect(step[0]).toContain('Do not start it again');
			expect(readIn(run)[0]).toContain(`Task ${created()[1]} is not finished after 60 s`);
			expect(readIn(run)[0]).toContain('Do not call this tool again');
			expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
		},
	);
});

describe('submits that are refused for good', () => {
	test.each([
		[{}, 'not be sent in time'],
		[{ 'retry-after': '3600' }, 'The task was not created'],
	])('let a model call again, because nothing is paid for: %j', async (headers, words) => {
		refuse('submit', {}, headers);
		const read = await call(await stage().toolOfWebhook({ node: retrying }), 'a');
		expect(read).toContain(words);
		expect(read).toContain('nothing was charged');
		expect(read).not.toContain('Do not call this tool again');
		stage().emulator.clearFaults();
		// A pause that the service has asked for outlives the run.
		await time.sleep(3_600_000);
		expect(await call(await stage().toolOfWebhook(), 'a')).toContain('COMPLETED');
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});
});

import { useStage } from '../useStage.mts';
import { itemsOf, nodeName, promptOfItem } from './stage.mts';
import { useNodeTime } from './nodeTime.mts';
import { call, openToolStage, readIn } from './toolStage.mts';
import type { NodeSettings } from './workflows.mts';

// A service that answers 429, and everybody who calls the node.
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 3_000, images: 0 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const created = () => stage().created();

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
});

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

describe('what the service refuses with 429 is sent again', () => {
	const pausesBetween = (times: number[]) =>
		times.slice(1).map((at, index) => at - (times[index] ?? NaN));
	const retryAfter = async (header: string, times = 1) => {
		const headers = { 'retry-after': header };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 429, headers, times });
		const run = await stage().run({ operation: 'runTask' });
		return {
			run,
			times: stage()
				.emulator.requests()
				.map(({ at }) => at),
		};
	};

	test('after as many seconds as the service asks for', async () => {
		const { run, times } = await retryAfter('8', 2);
		expect(run.status).toBe('success');
		expect(pausesBetween(times)).toEqual([8000, 8000]);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('not before the date that the service asks for', async () => {
		const date = new Date(time.now() + 30_000);
		const { run, times } = await retryAfter(date.toUTCString());
		expect(run.status).toBe('success');
		expect(times[1]).toBe(Math.floor(date.getTime() / 1000) * 1000);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('not at all where the service asks for an hour', async () => {
		const { run, times } = await retryAfter('3600');
		expect(run.error?.message).toContain(
			'The task was not created: the service asks to wait 3600 s',
		);
		expect(times).toHaveLength(1);
	});

	test('by no task of the run before the pause is over', async () => {
		const headers = { 'retry-after': '30' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 429, headers, nth: 4 });
		const run = await stage().run(
			{ ...promptOfItem, options: { tasksAtOnce: 3 } },
			{ items: itemsOf(...[...'abcdef'].map((prompt) => ({ prompt }))) },
		);
		expect(run.output(nodeName)).toHaveLength(6);
		const requests = stage().emulator.requests();
		const told = requests.find(({ status }) => status === 429)!.at;
		// What was under way when the service asked for the pause has arrived at the same moment.
		const early = requests.filter(({ at }) => at > told && at < told + 30_000);
		expect(early).toEqual([]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 7, charged: 6 });
	});
});

describe('polls that are refused', () => {
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
	test('let a model call again, because nothing is paid for', async () => {
		refuse('submit', {}, { 'retry-after': '3600' });
		const read = await call(await stage().toolOfWebhook({ node: retrying }), 'a');
		expect(read).toContain('nothing was charged');
		expect(read).not.toContain('Do not call this tool again');
		stage().emulator.clearFaults();
		// A pause that the service has asked for outlives the run.
		await time.sleep(3_600_000);
		expect(await call(await stage().toolOfWebhook(), 'a')).toContain('COMPLETED');
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});
});

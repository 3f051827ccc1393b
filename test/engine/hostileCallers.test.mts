import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, nodeName, promptOfItem, until } from './stage.mts';
import { call, openToolStage, readIn } from './toolStage.mts';
import { loopAround, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 10_000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
/** All that a user can find of a run. */
const leftBy = (run: Run) =>
	[
		JSON.stringify(run.output(nodeName)),
		run.error?.message,
		run.error?.description,
		...run.serverLog.map(({ message }) => message),
	].join('\n');

describe('of a service whose replies name their tasks, an error that names none', () => {
	const lie: FaultRequest = {
		...{ call: 'status', kind: 'body', json: { status: 'error', message: 'Try again' } },
	};

	test('told three times by a proxy does not end a task, so it is not paid twice', async () => {
		stage().emulator.addFault({ ...lie, nth: 3, times: 3 });
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('told before and after another bad reply is not told twice in a row', async () => {
		stage().emulator.addFault({ ...lie, nth: 2 });
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 503, nth: 3 });
		stage().emulator.addFault({ ...lie, nth: 4 });
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

test('a refusal of a submit that names a task is not sent again, and its id is kept', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 409, taken: true, times: Infinity },
		body: { error: 'exists', task_id: 'conflict-1' },
	});
	const run = await stage().run({ operation: 'runTask' }, { node: retrying });
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	expect(leftBy(run)).toContain('conflict-1');
});

test('Resubmit When Unsure may pay twice, as it says, and not more often', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 500, taken: true, times: Infinity },
	});
	await stage().run({ options: { resubmitWhenUnsure: true } });
	expect(stage().emulator.statistics().charged).toBeLessThanOrEqual(2);
});

test.each([
	['inside an object', '{"task":{"task_id":"deep-1","status":"CREATED"}}'],
	['in a list', '[{"task_id":"deep-1","status":"CREATED"}]'],
])('an id that comes %s is not lost', async (_, text) => {
	stage().emulator.addFault({ call: 'submit', kind: 'body', text, taken: true });
	expect(leftBy(await stage().run({ operation: 'runTask' }))).toContain('deep-1');
});

describe('a tool that makes two tasks', () => {
	const read = async () =>
		readIn(
			await stage().runAgent(
				{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
				{ parameters: { options: { generationsPerItem: 2 } } },
			),
		)[0];

	test('of which one is refused does not let the model pay for the other again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		expect(await read()).toContain('Do not call this tool again');
	});

	test('of which one has failed does not let the model pay for the other again', async () => {
		stage().emulator.setBehaviour(({ number }) => (number === 1 ? { failWith: 'broken' } : {}));
		expect(await read()).toContain('Do not call this tool again');
	});

	test('of which one has no reply yet does not let the model pay for it again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true, nth: 1 });
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		expect(await read()).toContain('Do not call this tool again');
	});
});

test('a new task that is unknown for a moment is found, though its submit took long', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 429, headers: { 'retry-after': '30' } },
	});
	stage().emulator.addFault({ call: 'status', kind: 'status', status: 404 });
	const run = await stage().run();
	expect(run.error?.message).toBeUndefined();
});

test('Stop while a failed run waits for the replies to its submits ends it before they come', async () => {
	const late = stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 5000, nth: 1 });
	const refused = stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 422, nth: 2 },
	});
	const execution = stage().start(promptOfItem, {
		items: itemsOf({ prompt: 'a' }, { prompt: 'b' }),
		mode: 'trigger',
	});
	await until(() => late.fired > 0 && refused.fired > 0);
	await new Promise((resolve) => setTimeout(resolve, 500));
	execution.stop();
	const run = await execution.finished;
	expect(run.status).toBe('canceled');
	expect(leftBy(run)).not.toContain('has task');
});

test('a service that always says "error": null leaves few bytes of the rounds of a loop', async () => {
	stage().emulator.addFault({
		...{ call: 'status', kind: 'patch', fields: { error: null }, times: Infinity },
	});
	const run = await stage().run(promptOfItem, {
		workflow: loopAround(1),
		items: itemsOf({ prompt: 'a' }, { prompt: 'b' }, { prompt: 'c' }),
	});
	expect(run.status).toBe('success');
	const entries = [...JSON.stringify(run).matchAll(/"(\d+\.\d+\.\d+)":\{"/g)].map(([, at]) => at);
	expect([...new Set(entries)]).toEqual(['2.0.0']);
});

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

describe('an error that names no task, from a service that otherwise does,', () => {
	const lie: FaultRequest = {
		...{ call: 'status', kind: 'body', json: { status: 'error', message: 'Try again' } },
	};

	test('does not end a task even three times in a row, so it is not paid for twice', async () => {
		stage().emulator.addFault({ ...lie, nth: 3, times: 3 });
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('before and after another bad reply does not confirm itself', async () => {
		stage().emulator.addFault({ ...lie, nth: 2 });
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 503, nth: 3 });
		stage().emulator.addFault({ ...lie, nth: 4 });
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

test('a refused submit that names a task is not sent again, and the id is kept', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 409, taken: true, times: Infinity },
		body: { error: 'exists', task_id: 'conflict-1' },
	});
	const run = await stage().run({ operation: 'runTask' }, { node: retrying });
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	expect(leftBy(run)).toContain('conflict-1');
});

test.each([
	['inside an object', '{"task":{"task_id":"deep-1","status":"CREATED"}}'],
	['in a list', '[{"task_id":"deep-1","status":"CREATED"}]'],
])('a task id that comes %s is shown to the user', async (_, text) => {
	stage().emulator.addFault({ call: 'submit', kind: 'body', text, taken: true });
	expect(leftBy(await stage().run({ operation: 'runTask' }))).toContain('deep-1');
});

describe('a model whose tool makes two tasks', () => {
	const read = async () =>
		readIn(
			await stage().runAgent(
				{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
				{ parameters: { options: { generationsPerItem: 2 } } },
			),
		)[0];

	test('is told not to call again when one is refused', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		expect(await read()).toContain('Do not call this tool again');
	});

	test('is told not to call again when one has failed', async () => {
		stage().emulator.setBehaviour(({ number }) => (number === 1 ? { failWith: 'broken' } : {}));
		expect(await read()).toContain('Do not call this tool again');
	});

	test('is told not to call again when one has no reply yet', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true, nth: 1 });
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		expect(await read()).toContain('Do not call this tool again');
	});
});

test('a new task that the service does not know yet is found, even after a slow submit', async () => {
	stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 429, headers: { 'retry-after': '30' } },
	});
	stage().emulator.addFault({ call: 'status', kind: 'status', status: 404 });
	const run = await stage().run();
	expect(run.error?.message).toBeUndefined();
});

test('Stop ends a failed run that waits for the replies to its submits', async () => {
	const late = stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 5000, nth: 1 });
	const refused = stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 422, nth: 2 },
	});
	const execution = stage().start(promptOfItem, {
		items: itemsOf({ prompt: 'a' }, { prompt: 'b' }),
		mode: 'trigger',
	});
	await until('both submits', () => late.fired > 0 && refused.fired > 0);
	await new Promise((resolve) => setTimeout(resolve, 500));
	execution.stop();
	const run = await execution.finished;
	expect(run.status).toBe('canceled');
	expect(leftBy(run)).not.toContain('has task');
});

test('a loop does not fill up the execution when the service always says "error": null', async () => {
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

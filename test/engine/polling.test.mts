import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import { callLimit, useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, until } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 1000 } }));

/** Each spoils a reply to a question for the status. */
const spoiled: FaultRequest[] = [
	...[500, 502, 503, 504, 408, 429].map((status) => ({
		...{ call: 'status' as const, kind: 'status' as const, status },
	})),
	{ call: 'status', kind: 'status', status: 404 },
	{ call: 'status', kind: 'status', status: 400, body: 'no json' },
	{ call: 'status', kind: 'status', status: 429, headers: { 'retry-after': '2' } },
	{ call: 'status', kind: 'resetBefore' },
	{ call: 'status', kind: 'resetAfter' },
	{ call: 'status', kind: 'resetMiddle' },
	{ call: 'status', kind: 'hang' },
	{ call: 'status', kind: 'stall' },
	{ call: 'status', kind: 'slow', delayMs: 20 },
	{ call: 'status', kind: 'html' },
	{ call: 'status', kind: 'truncatedJson' },
	{ call: 'status', kind: 'emptyBody' },
	{ call: 'status', kind: 'shortBody' },
	{ call: 'status', kind: 'wrongLength' },
	{ call: 'status', kind: 'redirect', to: 'fileOrigin' },
	{ call: 'status', kind: 'hugeText', bytes: 10_000_000 },
	{ call: 'status', kind: 'hugeText', bytes: 10_000_000, contentType: 'application/json' },
	...[null, [], 'COMPLETED', 42, true, {}, { status: null }, { status: 7 }, { status: '' }].map(
		(json) => ({ ...{ call: 'status' as const, kind: 'body' as const, json } }),
	),
];

test('a task survives every spoiled reply to a question for its status', async () => {
	const faults = spoiled.map((fault, index) =>
		stage().emulator.addFault({ ...fault, taskNumber: index + 1 }),
	);
	const run = await stage().run(
		{ options: { tasksAtOnce: 10 } },
		{ items: itemsOf(...spoiled.map((_, n) => ({ n }))) },
	);
	expect(run.error).toBeUndefined();
	expect(faults.filter(({ fired }) => fired !== 1)).toEqual([]);
	const done = { json: { status: 'COMPLETED', finished: true }, binary: { data: {} } };
	expect(run.output(nodeName)).toMatchObject(spoiled.map(() => done));
	const { length } = spoiled;
	expect(stage().emulator.statistics()).toMatchObject({
		submits: length,
		charged: length,
		leaked: 0,
	});
});

/** Begins a run, and makes the service unreachable after a number of status calls. */
async function startAndLeave(asked: number) {
	const execution = stage().start();
	await until(() => stage().emulator.statistics().asked >= asked);
	time.standStill();
	await stage().emulator.stopListening();
	time.goOn();
	return execution;
}

test('a task survives a reply to a question for its status that drips without an end', async () => {
	stage().emulator.setBehaviour({ durationMs: 0 });
	const usual = callLimit('status');
	const drip = stage().emulator.addFault({ call: 'status', kind: 'slow', bytesPerSecond: 20 });
	time.limit('statusMs', 500);
	const execution = stage().start();
	await until(() => drip.fired > 0);
	time.limit('statusMs', usual);
	const run = await execution.finished;
	expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	const { asked, ...rest } = stage().emulator.statistics();
	expect(asked).toBeGreaterThan(1);
	expect(rest).toMatchObject({ submits: 1, charged: 1 });
});

test('a service that is away for a while is waited for', async () => {
	stage().emulator.setBehaviour({ durationMs: 10_000 });
	const execution = await startAndLeave(2);
	await time.sleep(60_000);
	await stage().emulator.listenAgain();
	const run = await execution.finished;
	expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});

test('a service that stays away costs neither the id nor a second payment', async () => {
	stage().emulator.setBehaviour({ durationMs: 3_600_000 });
	const execution = await startAndLeave(1);
	const failed = await execution.finished;
	await stage().emulator.listenAgain();
	const [task] = stage().emulator.statistics().perTask;
	expect(failed.error?.message).toContain(`The status of task ${task?.id} is not known: no reply`);
	expect(failed.error?.description).toContain(`The task id is ${task?.id}`);

	const asked = await stage().run(
		{ operation: 'getStatus', taskId: task?.id ?? '' },
		{ items: itemsOf({}) },
	);
	expect(asked.output(nodeName, 1)[0]?.json).toMatchObject({ status: 'IN_PROGRESS' });
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});

describe('a task that the service does not know', () => {
	test('yet, right after the submit, is asked for again', async () => {
		stage().emulator.setBehaviour({ notFoundForMs: 2000 });
		const run = await stage().run();
		expect(run.output(nodeName)).toMatchObject([{ json: { status: 'COMPLETED' } }]);
		const statuses = stage()
			.emulator.requests()
			.map(({ status }) => status);
		expect(statuses).toContain(404);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('for good is not asked for any longer, and its id is told', async () => {
		stage().emulator.setBehaviour({ notFoundForMs: 3_600_000 });
		const run = await stage().run();
		const [task] = stage().emulator.statistics().perTask;
		expect(run.error).toMatchObject({ httpCode: '404' });
		expect(run.error?.message).toContain(`The status of task ${task?.id} is not known`);
		// As often as ten seconds of growing pauses allow.
		expect(stage().emulator.statistics().asked).toBeLessThanOrEqual(6);
	});
});

test.each([401, 403])('a token that is refused with %i is not tried again', async (status) => {
	stage().emulator.addFault({ call: 'status', kind: 'status', status, times: Infinity });
	const run = await stage().run();
	const [task] = stage().emulator.statistics().perTask;
	expect(run.error?.message).toContain(`The status of task ${task?.id} is not known`);
	expect(run.error?.description).toContain(`The task id is ${task?.id}`);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1, asked: 1 });
});

describe('files', () => {
	/** Each spoils a reply of the file host. */
	const spoiledFiles: FaultRequest[] = [
		{ call: 'file', kind: 'status', status: 503 },
		{ call: 'file', kind: 'resetBefore' },
		{ call: 'file', kind: 'resetMiddle' },
		{ call: 'file', kind: 'shortBody' },
		{ call: 'file', kind: 'emptyBody' },
		{ call: 'file', kind: 'html' },
	];

	test.each(spoiledFiles.map((fault) => [fault.kind, fault] as const))(
		'are fetched again after %s',
		async (_, fault) => {
			stage().emulator.addFault({ ...fault, times: 2 });
			const run = await stage().run();
			expect(run.error).toBeUndefined();
			const [item] = run.output(nodeName);
			const file = await stage().engine.readBinary(item);
			expect(file.subarray(1, 4).toString()).toBe('PNG');
			expect(stage().emulator.statistics()).toMatchObject({
				downloads: 3,
				downloaded: 1,
				leaked: 0,
			});
		},
	);

	test('whose links have died are fetched by fresh ones, which the status brings', async () => {
		stage().emulator.setBehaviour({ images: 3 });
		stage().emulator.addFault({ call: 'file', kind: 'status', status: 403, nth: 2 });
		const run = await stage().run();
		expect(Object.keys(run.output(nodeName)[0]?.binary ?? {})).toEqual([
			'data',
			'data_1',
			'data_2',
		]);
		const { asked, ...rest } = stage().emulator.statistics();
		expect(asked).toBeGreaterThan(2);
		expect(rest).toMatchObject({ charged: 1, downloads: 5, leaked: 0 });
	});
});

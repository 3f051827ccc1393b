import { useStage } from '../useStage.mts';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import type { Run } from './harness/run.mts';
import { withParameters } from './harness/workflowFile.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem, workflowWith } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

/** Retries of one execution from n8n's list, each of which begins with what the first one has saved. */
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 60_000, images: 0 } }));

const charged = () => stage().emulator.statistics().charged;
const created = () => stage().created();
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

describe.each(['in its binary field', 'in binary mode "combined"'])(
	'a file that a webhook has brought, %s,',
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

		test('is the same in a retry, though n8n has moved it: the task is not paid for again', async () => {
			const run = await start();
			expect(idIn(run)).toBe(created()[0]);
			for (let retry = 0; retry < 2; retry++) {
				expect([idIn(await stage().retry(run)), charged()]).toEqual([created()[0], 1]);
			}
		});

		test('leaves an unsure task unsure', async () => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
			const run = await start();
			const retried = await stage().retry(run);
			expect([retried.error?.message, charged()]).toEqual([
				expect.stringContaining('ECONNRESET'),
				1,
			]);
		});

		test('is another task in another execution', async () => {
			await start();
			await start();
			expect(charged()).toBe(2);
		});
	},
);

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
	const first = await stage().run(impatient, { items: itemsOf({ prompt: 'a' }), mode: 'trigger' });
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

test('an unsure task is sent again by none of the retries', async () => {
	const failed = await refusedRun();
	stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
	for (let retry = 0; retry < 3; retry++) {
		const run = await stage().retry(failed);
		expect([run.error?.message, charged()]).toEqual([expect.stringContaining('ECONNRESET'), 1]);
	}
});

test('another execution of the same workflow makes a task of its own', async () => {
	for (const tasks of [1, 2]) {
		await stage().run(impatient, { items: itemsOf({ prompt: 'a' }), mode: 'trigger' });
		expect(charged()).toBe(tasks);
	}
});

describe('an error that names no task', () => {
	const tries: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const nameless = { status: 'error', message: 'database is locked, try again' };
	const lie: FaultRequest = { call: 'status', kind: 'body', json: nameless };

	test('ends the waiting when it is confirmed, but the task is not sent anew', async () => {
		stage().emulator.addFault({ ...lie, nth: 1, times: 2 });
		const run = await stage().run({}, { node: tries });
		expect([run.status, charged()]).toEqual(['success', 1]);
		expect(run.output(nodeName)[0]?.json.task_id).toBe(created()[0]);
	});

	test('is shown with the advice not to run the task again', async () => {
		stage().emulator.addFault({ ...lie, nth: 1, times: 2 });
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		expect(run.output(nodeName)[0]?.json).toMatchObject({
			message: expect.stringContaining('seems to have ended as error'),
			error: {
				code: 'TASK_FAILED',
				task_id: created()[0],
				retryable: false,
				description: expect.stringContaining('a retry of this execution polls it again'),
			},
		});
	});

	test('does not let the next retry send the task anew either', async () => {
		const first = await stage().run(impatient, {
			items: itemsOf({ prompt: 'a' }),
			mode: 'trigger',
		});
		stage().emulator.addFault({ ...lie, times: Infinity });
		for (let retry = 0; retry < 2; retry++) {
			const run = await stage().retry(first);
			expect([run.status, charged(), idIn(run)]).toEqual(['error', 1, created()[0]]);
		}
	});

	test('lets the task be sent anew if it names the task after all', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields: { status: 'FAILED' } });
		const run = await stage().run({}, { node: tries });
		expect([run.status, charged()]).toEqual(['success', 2]);
	});
});

describe('with Resubmit When Unsure', () => {
	const resubmit = { options: { resubmitWhenUnsure: true, timeoutSeconds: 2 } };
	const answer504: FaultRequest = { call: 'submit', kind: 'status', status: 504, taken: true };

	test('an unsure task is sent only once more in all tries and retries together', async () => {
		stage().emulator.addFault({ ...answer504, times: Infinity });
		const node = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 };
		const run = await stage().run(resubmit, { node, mode: 'trigger' });
		expect([run.error?.message, charged()]).toEqual([expect.stringContaining('504'), 2]);
		for (let retry = 0; retry < 2; retry++) await stage().retry(run);
		expect(charged()).toBe(2);
	});

	test('a further submit that was certainly refused does not count', async () => {
		stage().emulator.addFault({ ...answer504, nth: 1 });
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		const run = await stage().run(resubmit, { mode: 'trigger' });
		expect([run.error?.message, charged()]).toEqual([expect.stringContaining('504'), 1]);
		expect(idIn(await stage().retry(run))).toBe(created()[1]);
		expect(charged()).toBe(2);
	});

	test('a retry without the option does not send an unsure task', async () => {
		stage().emulator.addFault({ ...answer504, times: Infinity });
		const run = await stage().run(resubmit, { mode: 'trigger' });
		const other = await stage().retry(run, {});
		expect([other.error?.message, charged()]).toEqual([expect.stringContaining('504'), 2]);
	});
});

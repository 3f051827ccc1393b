import type { Reply } from '../../../nodes/InstaSd/api/reply';
import { submit as submitTask } from '../../../nodes/InstaSd/wait/call';
import { tooMany } from '../../bench/pace/limits.mts';
import { received } from '../../bench/pace/service.mts';
import { callsOf } from '../../bench/pace/simulate.mts';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

const minute = 60_000;
const accepted = received({ task_id: 'task-1' }, { taskId: 'task-1' });

/** A run whose submits get these replies, by when they come. */
function stage(replyAt: (now: number) => Reply, { signal } = new AbortController()) {
	const clock = createVirtualClock();
	const sent: number[] = [];
	const client = {
		runTask: async () => {
			sent.push(clock.now());
			return replyAt(clock.now());
		},
		taskStatus: async () => await Promise.reject(new Error('Nothing is asked here')),
	};
	const service = callsOf(client, clock, signal);
	const submit = async (timeoutMs = 30 * minute) =>
		await submitTask(service, { body: '{}', timeoutMs });
	return { clock, sent, submit, service };
}

test('a run that ends just as the turn of its task comes sends nothing', async () => {
	const run = new AbortController();
	const { sent, submit, service } = stage(() => accepted, run);
	const aborted = new Error('aborted');
	service.rate.turn = async () => {
		run.abort(aborted);
		return 0;
	};
	await expect(submit()).resolves.toMatchObject({ kind: 'none' });
	expect(sent).toEqual([]);
});

describe('a submit that is answered with 429', () => {
	test('is not sent for longer than its task may take', async () => {
		const { clock, submit } = stage(() => tooMany());
		await clock.run(submit(minute));
		expect(clock.now()).toBeLessThanOrEqual(minute + 1_000);
	});

	test('gets five minutes more whenever another submit of the run is accepted', async () => {
		const { clock, submit, service } = stage((now) => (now < 7 * minute ? tooMany() : accepted));
		const other = clock
			.sleep(4 * minute, service.signal)
			.then(() => service.submitDeadline.accepted());
		await expect(clock.run(submit())).resolves.toMatchObject({ kind: 'task' });
		await other;
	});

	test('does not give five minutes more to each one behind it', async () => {
		const { clock, sent, submit } = stage(() => tooMany());
		await clock.run(submit());
		const { length } = sent;
		const outcome = await clock.run(submit());
		expect(outcome).toMatchObject({ failure: { details: { code: 'RATE_LIMITED' } } });
		expect(clock.now()).toBeLessThanOrEqual(5 * minute + 2_000);
		expect(sent.length).toBeLessThanOrEqual(length + 1);
	});

	test('with a longer one fails at once and names it, and so do the others', async () => {
		const { clock, sent, submit } = stage(() => tooMany('7200'));
		const message = expect.stringContaining('asks to wait 7200 s');
		const failed = { kind: 'none', failure: { message, details: { code: 'RATE_LIMITED' } } };
		await expect(clock.run(submit())).resolves.toMatchObject(failed);
		await expect(clock.run(submit())).resolves.toMatchObject(failed);
		expect(sent).toHaveLength(1);
		expect(clock.now()).toBeLessThanOrEqual(2_000);
	});
});

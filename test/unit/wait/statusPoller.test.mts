import type { Client } from '../../../nodes/InstaSd/api/client';
import type { Reply } from '../../../nodes/InstaSd/api/reply';
import type { PaidTask } from '../../../nodes/InstaSd/api/task';
import { pollUntilDone } from '../../../nodes/InstaSd/wait/statusPoller';
import { tooMany } from '../../bench/pace/limits.mts';
import { received } from '../../bench/pace/service.mts';
import { callsOf } from '../../bench/pace/simulate.mts';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

const minute = 60_000;
const answer = (body: unknown) => received(body, { taskId: 'task-1' });
const running = answer({ status: 'EXECUTING' });

/** Follows one task, submitted now, through what the service says at each age. */
function stage(replyAt: (ageMs: number) => Reply | 'silence') {
	const clock = createVirtualClock();
	const stop = new AbortController();
	const asked: number[] = [];
	const client: Client = {
		runTask: async () => await Promise.reject(new Error('Nothing is submitted here')),
		taskStatus: async (_, timeoutMs) => {
			asked.push(clock.now());
			const reply = replyAt(clock.now());
			if (reply !== 'silence') return reply;
			await clock.sleep(timeoutMs, stop.signal);
			return { kind: 'lost', errorCode: 'ECONNABORTED' };
		},
	};
	const service = { ...callsOf(client, clock, stop.signal), random: () => 0.5 };
	const track = async (timeoutMs = 30 * minute, more: Partial<PaidTask> = {}) => {
		const timeoutSeconds = timeoutMs / 1000;
		const paid: PaidTask = {
			...{ taskId: 'task-1', origin: 'sent', knownAt: 0 },
			...{ submitDate: undefined, request: undefined, task: undefined, ...more },
		};
		return await pollUntilDone(service, paid, { timeoutSeconds });
	};
	return { clock, stop, asked, estimate: service.estimate, track };
}

test('a task that is already over is polled once', async () => {
	const { clock, asked, track } = stage(() => answer({ status: 'completed' }));
	await clock.run(track());
	expect(asked).toEqual([250]);
});

test('a task that another node has submitted is polled at once', async () => {
	const { clock, asked, estimate, track } = stage(() => answer({ status: 'completed' }));
	await clock.run(track(minute, { origin: 'named' }));
	expect(asked).toEqual([0]);
	expect(estimate.likelyEndsMs()).toEqual([]);
});

test('a task that completes improves the estimate for the others of its run', async () => {
	const { clock, estimate, track } = stage((ageMs) =>
		answer({
			status: ageMs < minute ? 'IN_QUEUE' : ageMs < 2 * minute ? 'EXECUTING' : 'COMPLETED',
		}),
	);
	await clock.run(track());
	await clock.run(track(4 * minute, { knownAt: clock.now() - 2 * minute }));
	const [, end] = estimate.likelyEndsMs();
	expect(end).toBeGreaterThanOrEqual(2 * minute);
	expect(end).toBeLessThanOrEqual(2 * minute + 5_000);
});

test('at the timeout, the task is polled a last time, and the error has its id', async () => {
	const { clock, asked, track } = stage(() => running);
	await expect(clock.run(track(5 * minute))).rejects.toMatchObject({
		details: { code: 'WAIT_TIMEOUT', task: { id: 'task-1' } },
	});
	expect(asked.at(-1)).toBe(5 * minute);
});

test('a poll that hangs at the timeout is not waited for', async () => {
	const { clock, track } = stage((ageMs) => (ageMs < 4 * minute ? running : 'silence'));
	await expect(clock.run(track(4 * minute + 10_000))).rejects.toMatchObject({
		message: expect.stringContaining('EXECUTING; last call: no reply (ECONNABORTED)'),
		details: { code: 'WAIT_TIMEOUT', task: { id: 'task-1' } },
	});
	expect(clock.now()).toBeLessThanOrEqual(4 * minute + 11_000);
});

test('a 429 that asks for a pause beyond the timeout fails at once, and the error names the pause', async () => {
	const { clock, track } = stage(() => tooMany('7200'));
	await expect(clock.run(track())).rejects.toMatchObject({
		message: expect.stringContaining('asks to wait 7200 s'),
		details: { code: 'RATE_LIMITED', task: { id: 'task-1' } },
	});
	expect(clock.now()).toBeLessThanOrEqual(2_000);
});

test('a task that waits in the queue for half an hour is polled less and less, however long others took', async () => {
	const { clock, asked, estimate, track } = stage((ageMs) =>
		answer({ status: ageMs < 30 * minute ? 'IN_QUEUE' : 'COMPLETED' }),
	);
	estimate.add(1_500, 2_000);
	estimate.add(1_600, 2_100);
	await clock.run(track(60 * minute));
	expect(asked.length).toBeLessThanOrEqual(450);
});

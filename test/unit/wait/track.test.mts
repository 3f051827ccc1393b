import type { Client } from '../../../nodes/InstaSd/api/client.ts';
import type { Reply } from '../../../nodes/InstaSd/api/retry.ts';
import { createCoolDown } from '../../../nodes/InstaSd/wait/coolDown.ts';
import { createSiblings } from '../../../nodes/InstaSd/wait/siblings.ts';
import { completed, trackTask, type Patience } from '../../../nodes/InstaSd/wait/track.ts';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

const minute = 60_000;
const answer = (body: unknown, httpStatus = 200): Reply => ({
	kind: 'answer',
	httpStatus,
	retryAfter: undefined,
	body,
	taskId: 'task-1',
});
const running = answer({ status: 'EXECUTING' });

/** Follows one task, submitted now, through what the service says at each age. */
function stage(replyAt: (ageMs: number) => Reply) {
	const clock = createVirtualClock();
	const stop = new AbortController();
	const asked: number[] = [];
	const client: Client = {
		runTask: async () => await Promise.reject(new Error('Nothing is submitted here')),
		taskStatus: async () => {
			asked.push(clock.now());
			return replyAt(clock.now());
		},
	};
	const siblings = createSiblings();
	const calls = {
		client,
		clock,
		random: () => 0.5,
		coolDown: createCoolDown(clock),
		signal: stop.signal,
		onRepeat: () => {},
	};
	const track = async (patience: Partial<Patience> = {}) =>
		await trackTask(calls, 'task-1', {
			timeoutMs: 30 * minute,
			intervalMs: undefined,
			siblings,
			submittedAt: 0,
			...patience,
		});
	return { clock, stop, asked, siblings, track };
}

test('a task of ten minutes is followed to its end with few questions', async () => {
	const { clock, asked, track } = stage((ageMs) =>
		ageMs < 10 * minute
			? answer({
					status: 'IN_PROGRESS',
					estimated_steps: 30,
					completed_steps: Math.floor((ageMs / (10 * minute)) * 30),
				})
			: answer({ status: 'COMPLETED' }),
	);
	await expect(clock.run(track())).resolves.toMatchObject({ id: 'task-1', state: 'completed' });
	expect(clock.now() - 10 * minute).toBeLessThan(0.06 * 10 * minute);
	expect(asked.length).toBeLessThanOrEqual(25);
});

test('a task that is already over is asked for once, and at once', async () => {
	const { clock, asked, siblings, track } = stage(() => answer({ status: 'completed' }));
	await clock.run(track());
	expect(asked).toEqual([0]);
	expect(siblings.workMs()).toEqual([]);
});

test('a task that completes tells its siblings how long the work took, without the queue', async () => {
	const { clock, siblings, track } = stage((ageMs) =>
		answer({
			status: ageMs < minute ? 'IN_QUEUE' : ageMs < 2 * minute ? 'EXECUTING' : 'COMPLETED',
		}),
	);
	await clock.run(track({ intervalMs: 1_000 }));
	expect(siblings.workMs()).toEqual([minute]);
});

test('a fixed pause is kept to', async () => {
	const { clock, asked, track } = stage((ageMs) =>
		ageMs < 20_000 ? running : answer({ status: 'COMPLETED' }),
	);
	await clock.run(track({ intervalMs: 7_000 }));
	expect(asked).toEqual([0, 7_000, 14_000, 21_000]);
});

test('a question that gets no reply is asked again, and the task is not lost', async () => {
	const { clock, track } = stage((ageMs) => {
		if (ageMs < 1_000) return running;
		if (ageMs < minute) return { kind: 'lost', errorCode: 'ECONNRESET' };
		return answer({ status: 'COMPLETED' });
	});
	await expect(clock.run(track())).resolves.toMatchObject({ state: 'completed' });
});

test('a task that fails is a failure with its id and the reason of the service', async () => {
	const { clock, siblings, track } = stage((ageMs) =>
		ageMs < 1_000 ? running : answer({ status: 'FAILED', error: 'out of memory' }),
	);
	await expect(clock.run(track()).then(completed)).rejects.toMatchObject({
		message: expect.stringContaining('out of memory'),
		details: { code: 'TASK_FAILED', taskId: 'task-1' },
	});
	expect(siblings.workMs()).toEqual([]);
});

test('when the time is up, the last question is asked at that moment and the id is given back', async () => {
	const { clock, asked, track } = stage(() => running);
	await expect(clock.run(track({ timeoutMs: 5 * minute }))).rejects.toMatchObject({
		details: { code: 'WAIT_TIMEOUT', taskId: 'task-1' },
	});
	expect(asked.at(-1)).toBe(5 * minute);
});

test('Stop ends the wait at once, and nothing is asked after it', async () => {
	const { clock, stop, asked, track } = stage(() => running);
	const work = track();
	const stopped = clock.sleep(minute, new AbortController().signal).then(() => stop.abort());
	await expect(clock.run(work)).rejects.toBeDefined();
	await stopped;
	expect(clock.now()).toBe(minute);
	expect(Math.max(...asked)).toBeLessThan(minute);
});

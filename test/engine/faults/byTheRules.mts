import type { Clock } from '../../../nodes/InstaSd/api/clock';
import { Failure, submitUnsure } from '../../../nodes/InstaSd/api/failures';
import type { Reply } from '../../../nodes/InstaSd/api/reply';
import { DurationEstimate } from '../../../nodes/InstaSd/wait/pace';
import { RequestRate, SubmitDeadline } from '../../../nodes/InstaSd/wait/requestRate';
import type { Service } from '../../../nodes/InstaSd/wait/service';
import { pollUntilDone } from '../../../nodes/InstaSd/wait/statusPoller';
import { submitTask } from '../../../nodes/InstaSd/wait/submit';
import { callLimit } from '../nodeTime.mts';
import { conditionOf, pollingInterval, taskMs, type Cell } from './cells.mts';
import type { Outcome } from './outcome.mts';

/** Every pause is in the middle of its spread. */
export const middle = 0.5;

/** The node's own, in ms. */
const timeoutMs = 1_800_000;

/**
 * What the node's rules make of a fault in a submit or a poll: no engine, no network, and a clock that only sleeping
 * and silence move. The file of the task is not fetched.
 */
export async function byTheRules(cell: Cell): Promise<Outcome & { failure?: Failure }> {
	const { fault, lasts } = cell;
	let now = 0;
	const clock: Clock = {
		now: () => now,
		date: () => now,
		sleep: async (ms) => {
			now += ms;
		},
	};
	const due = dueWhen(cell, lasts ? Infinity : 1);
	let charged = 0;
	let hits = 0;
	let repeats = 0;
	let firstHitAt = 0;
	const reply = (call: 'submit' | 'status', isOver: boolean, truth: Reply): Reply => {
		const isHit = due(call, isOver);
		if (isHit && hits++ === 0) firstHitAt = now;
		if (isHit && fault.isSilent === true) now += callLimit(call);
		if (call === 'submit' && (!isHit || fault.isTaken)) charged++;
		return isHit ? fault.reply(truth) : truth;
	};
	const { signal } = new AbortController();
	const calls: Service = {
		client: {
			runTask: async () => reply('submit', false, answer({ task_id: 'task-1', status: 'CREATED' })),
			taskStatus: async () => {
				const isOver = now >= taskMs;
				return reply('status', isOver, isOver ? complete : running);
			},
		},
		clock,
		random: () => middle,
		rate: new RequestRate(clock, signal),
		submitDeadline: new SubmitDeadline(clock),
		estimate: new DurationEstimate(),
		signal,
		onRetry: () => {
			repeats++;
		},
	};
	const seen = () => ({ hits, repeats, charged, foughtMs: now - firstHitAt });
	try {
		const submitted = await submitTask(calls, {
			body: '{}',
			timeoutMs,
		});
		if (submitted.kind === 'unsure') throw submitUnsure(submitted.why, false);
		if (submitted.kind === 'notCreated') throw submitted.error;
		const { links } = await pollUntilDone(
			calls,
			{ taskId: submitted.task.id, submittedAt: 0 },
			{ timeoutSeconds: timeoutMs / 1000, pollingInterval },
		);
		return { result: links.length > 0 ? 'complete' : 'complete, without files', ...seen() };
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		return { result: failure.details.code, failure, ...seen() };
	}
}

const answer = (body: unknown): Reply => ({
	kind: 'answer',
	httpStatus: 200,
	retryAfter: undefined,
	body,
	taskId: 'task-1',
});
const running = answer({ task_id: 'task-1', status: 'IN_PROGRESS' });
const complete = answer({
	task_id: 'task-1',
	status: 'COMPLETED',
	image_urls: ['https://files.example.com/1.png'],
});

/** The emulator's way of counting requests. */
function dueWhen({ call }: Cell, times: number) {
	const { call: wanted, nth = 1, onlyWhen } = conditionOf(call, times);
	let seen = 0;
	let fired = 0;
	return (asked: 'submit' | 'status', isOver: boolean): boolean => {
		if (asked !== wanted || (onlyWhen === 'completed' && !isOver)) return false;
		return ++seen >= nth && fired++ < times;
	};
}

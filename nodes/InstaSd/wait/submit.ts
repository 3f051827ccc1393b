import { messageOf } from '../api/failures';
import { limits } from '../api/limits';
import { type CallProblem, classifyReply } from '../api/retryRules';
import { parseCreatedTask, type Task } from '../api/task';
import { callFailed, pauseTooLong, RetryPolicy } from './retryPolicy';
import type { Service } from './service';

/** The result of a submit: a task, certainly none, or nobody knows, with what came instead of an id. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number | undefined };

export interface Submission {
	/** The request body as JSON text. */
	body: string;
	/** How long the item's task may take in all, in ms: no submit is attempted for longer. */
	timeoutMs: number;
}

/**
 * Creates a task. The request is repeated only when the service cannot have taken it. From the moment it is sent the
 * result is unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 */
export async function submitTask(
	service: Service,
	{ body, timeoutMs }: Submission,
): Promise<Submitted> {
	const { client, clock, rate, signal, submitDeadline } = service;
	const retry = new RetryPolicy(service, { pause: async (ms) => await clock.sleep(ms, signal) });
	let refused: CallProblem | undefined;
	let isSent = false;
	try {
		for (;;) {
			const begunAt = await turnToSubmit(service, timeoutMs, refused);
			isSent = true;
			const reply = await client.runTask(body);
			// An id counts whatever the HTTP status is.
			const task = reply.kind === 'answer' ? parseCreatedTask(reply) : undefined;
			if (task !== undefined) {
				rate.answered();
				submitDeadline.accepted();
				return { kind: 'created', task };
			}
			const problem = classifyReply('submit', reply, clock.date());
			const { reason, httpStatus } = problem;
			if (problem.retry === 'unsure') return { kind: 'unsure', why: reason, httpStatus };
			isSent = false;
			await retry.waitAfter(problem, begunAt);
			if (problem.code !== 'RATE_LIMITED') continue;
			refused = problem;
			submitDeadline.refused();
		}
	} catch (error) {
		return isSent ? { kind: 'unsure', why: messageOf(error) } : { kind: 'notCreated', error };
	}
}

/**
 * Waits until a submit may begin.
 * @param refused the service's last refusal of this one
 * @returns when it begins, on the clock
 * @throws Failure RATE_LIMITED when the service has refused all submits of the run for too long, or wants none for too long
 */
async function turnToSubmit(
	{ clock, rate, submitDeadline }: Service,
	itemTimeoutMs: number,
	refused: CallProblem = refusesAll,
): Promise<number> {
	const timeoutMs = Math.min(itemTimeoutMs, limits.unreachableMs);
	for (;;) {
		const begunAt = await rate.turn(submitDeadline.after(timeoutMs));
		if (begunAt !== undefined) return begunAt;
		// Another submit of the run may have been accepted meanwhile, which moves the deadline.
		const deadline = submitDeadline.after(timeoutMs);
		const pauseMs = rate.pausedUntil - clock.now();
		if (pauseMs > timeoutMs) throw callFailed(pauseTooLong(pauseMs));
		if (clock.now() + Math.max(0, pauseMs) > deadline) throw callFailed(refused);
	}
}

/** The problem of a submit that was not sent because the service kept refusing the others of the run. */
const refusesAll: CallProblem = {
	code: 'RATE_LIMITED',
	retry: 'again',
	reason: 'the service takes no tasks of this run for now (429)',
	httpStatus: 429,
};

import { messageOf } from '../api/failures';
import { limits } from '../api/limits';
import { type CallProblem, classifyReply } from '../api/retryRules';
import { parseCreatedTask, type Task } from '../api/task';
import { callFailed, pauseTooLong, RetryPolicy } from './retryPolicy';
import type { Service } from './service';

/** The result of a submit: a task, certainly no task, or unknown, with the reason. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number | undefined };

export interface Submission {
	/** The request body as JSON text. */
	body: string;
	/** The timeout of the item's task, in ms: submits are not retried for longer than this. */
	timeoutMs: number;
}

/**
 * Creates a task. The request is retried only if the service cannot have acted on it. Once it is sent, the result is
 * unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 */
export async function submitTask(
	service: Service,
	{ body, timeoutMs }: Submission,
): Promise<Submitted> {
	const { baseUrl, client, clock, rate, signal, submitDeadline } = service;
	const retry = new RetryPolicy(service, { pause: async (ms) => await clock.sleep(ms, signal) });
	let refused: CallProblem | undefined;
	let isSent = false;
	try {
		for (;;) {
			const begunAt = await turnToSubmit(service, timeoutMs, refused);
			// Whoever ends the run relies on it: what was not sent by then never is.
			signal.throwIfAborted();
			isSent = true;
			const reply = await client.runTask(body);
			// A task id counts, whatever the HTTP status.
			const task = reply.kind === 'received' ? parseCreatedTask(reply, baseUrl) : undefined;
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
 * Waits until a submit may start.
 * @param refused the service's last refusal of this submit
 * @returns when it starts, on the clock
 * @throws Failure RATE_LIMITED when the service has refused every submit of the run for too long, or its Retry-After is
 * too long
 */
async function turnToSubmit(
	{ clock, rate, signal, submitDeadline }: Service,
	itemTimeoutMs: number,
	refused: CallProblem = refusesAll,
): Promise<number> {
	const timeoutMs = Math.min(itemTimeoutMs, limits.unreachableMs);
	for (;;) {
		const begunAt = await rate.turn(signal, submitDeadline.after(timeoutMs));
		if (begunAt !== undefined) return begunAt;
		// Another submit of the run may have been accepted in the meantime, which moves the deadline.
		const deadline = submitDeadline.after(timeoutMs);
		const pauseMs = rate.pausedUntil - clock.now();
		if (pauseMs > timeoutMs) throw callFailed(pauseTooLong(pauseMs));
		if (clock.now() + Math.max(0, pauseMs) > deadline) throw callFailed(refused);
	}
}

/** Why a submit was not sent: the service kept refusing the others of the run. */
const refusesAll: CallProblem = {
	code: 'RATE_LIMITED',
	retry: 'again',
	reason: 'the service is currently refusing all tasks of this run (429)',
	httpStatus: 429,
};

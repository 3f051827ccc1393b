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
	/** Send once more although a task may exist; it may be paid for twice. */
	resubmitWhenUnsure: boolean;
	/** Why it is unsure whether an earlier try has created the task: it stays so unless this one creates one. */
	earlier?: string | undefined;
}

/**
 * Creates a task. The request is repeated only when the service cannot have taken it. From the moment it is sent the
 * result is unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 */
export async function submitTask(service: Service, submission: Submission): Promise<Submitted> {
	const { client, clock, rate, signal, submitDeadline } = service;
	const { body, timeoutMs, resubmitWhenUnsure, earlier } = submission;
	const pause = async (ms: number) => await clock.sleep(ms, signal);
	const retry = new RetryPolicy(service, { pause, resubmitWhenUnsure });
	let refused: CallProblem | undefined;
	let unsure: Extract<Submitted, { kind: 'unsure' }> | undefined =
		earlier === undefined ? undefined : { kind: 'unsure', why: earlier };
	try {
		for (;;) {
			const begunAt = await turnToSubmit(service, timeoutMs, refused);
			const before = unsure;
			unsure = { kind: 'unsure', why: 'its reply could not be read' };
			const reply = await client.runTask(body);
			// An id counts whatever the HTTP status is.
			const task = reply.kind === 'answer' ? parseCreatedTask(reply) : undefined;
			if (task !== undefined) {
				rate.answered();
				submitDeadline.accepted();
				return { kind: 'created', task };
			}
			const problem = classifyReply('submit', reply, clock.date());
			if (problem.retry === 'unsure') {
				unsure = { kind: 'unsure', why: problem.reason, httpStatus: problem.httpStatus };
				if (!resubmitWhenUnsure || before !== undefined) return unsure;
			} else unsure = before;
			await retry.waitAfter(problem, begunAt);
			if (problem.code !== 'RATE_LIMITED') continue;
			refused = problem;
			submitDeadline.refused();
		}
	} catch (error) {
		return unsure ?? { kind: 'notCreated', error };
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

import { factsOf, Failure } from '../api/failures';
import { limits } from '../api/limits';
import { backoffMs, type CallProblem, type Retry } from '../api/retryRules';
import type { Service } from './service';

/** The shortest pause before a retry, in ms, even when the service asks for none. */
const shortestPause = 250;

/** The problem of a service that replies 429 with a Retry-After longer than the timeout. */
export function pauseTooLong(ms: number): CallProblem {
	const seconds = Math.ceil(ms / 1000);
	return {
		code: 'RATE_LIMITED',
		retry: 'final',
		reason: `the service asks to wait ${seconds} s (429 with Retry-After), which is too long`,
		httpStatus: 429,
	};
}

/**
 * The failure of a call that returned no task.
 * @param taskId the requested task; undefined for a submit
 */
export function callFailed({ code, reason, httpStatus }: CallProblem, taskId?: string): Failure {
	const advice = factsOf(code).advice ?? '';
	const what =
		taskId === undefined ? 'The task was not created' : `The status of task ${taskId} is not known`;
	const known =
		taskId === undefined ? 'For this item, nothing was charged.' : `The task id is ${taskId}.`;
	return new Failure({
		code,
		message: `${what}: ${reason}`,
		description: `${advice} ${known}`.trim(),
		...(taskId !== undefined && { taskId }),
		...(httpStatus !== undefined && { httpStatus }),
	});
}

interface RetryOptions {
	/** The requested task; undefined for a submit. */
	taskId?: string;
	/** Sleeps for `ms`, or until the deadline if there is one. */
	pause: (ms: number) => Promise<void>;
}

/** Decides whether and when one submit, or the status call of one task, is retried after a bad reply. */
export class RetryPolicy {
	private attempts = 0;
	private failingSince: number | undefined;

	constructor(
		private readonly service: Service,
		private readonly options: RetryOptions,
	) {}

	/** After a good reply, the next problem counts as the first one again. */
	reset(): void {
		this.attempts = 0;
		this.failingSince = undefined;
	}

	/**
	 * Waits before the next attempt, as long as the back-off or the service says. After a 429, {@link Service.rate} does the
	 * waiting, in the next turn.
	 * @param begunAt when the call started, on the clock
	 * @throws Failure when the call must not be retried, or has been retried for long enough
	 */
	async waitAfter(problem: CallProblem, begunAt: number): Promise<void> {
		const { clock, rate, random, signal, onRetry } = this.service;
		const { taskId, pause } = this.options;
		// The caller must learn what this reply means even when the run has ended.
		if (signal.aborted) throw callFailed(problem, taskId);
		const now = clock.now();
		this.failingSince ??= now;
		if (problem.code === 'RATE_LIMITED') {
			rate.refused(begunAt, problem.retryAfterMs, random());
			onRetry();
			return;
		}
		this.attempts += 1;
		const wait = Math.max(shortestPause, problem.retryAfterMs ?? backoffMs(this.attempts, random));
		const timeoutsMs: Record<Retry, number> = {
			again: limits.unreachableMs,
			soon: limits.unknownTaskMs,
			unsure: 0,
			final: 0,
		};
		const deadline = this.failingSince + timeoutsMs[problem.retry];
		if (now + wait > deadline) throw callFailed(problem, taskId);
		onRetry();
		await pause(wait);
	}
}

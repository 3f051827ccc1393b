import { factsOf } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import {
	type Call as CallKind,
	type CallProblem,
	classifyReply,
	retryPauseMs,
} from '../api/retryRules';
import type { Service } from './service';

/** One submit, or one question about a task. */
interface Call<T> {
	kind: CallKind;
	/** Sends it; never rejects, unless the run has ended and its reply says nothing about money. */
	send: (begunAt: number) => Promise<Reply>;
	/** What a reply brings; undefined if it is not what was asked for. Never throws. */
	read: (reply: Reply) => T | undefined;
	/** When it starts at the latest, on the clock. */
	latest: () => number;
	/** In ms; a longer Retry-After is not waited for. */
	longestPause: number;
	/** Sleeps for `ms`, or until its deadline if there is one. */
	pause: (ms: number) => Promise<void>;
}

/** `failed`: it must not be sent again, or has been for long enough. `late`: its turn does not come in time. */
export type Answer<T> =
	| { kind: 'answered'; value: T }
	| { kind: 'failed'; problem: CallProblem }
	| { kind: 'late'; problem: CallProblem | undefined };

/** For how long in ms a call is retried, from its first failure on. */
const retriedForMs = {
	again: limits.unreachableMs,
	soon: limits.unknownTaskMs,
	unsure: 0,
	final: 0,
};

/**
 * Makes a call at its turn, and again for as long as its replies allow that. After a 429, {@link Service.rate} does the
 * waiting, in the next turn.
 * @throws the signal's reason when the run ends while nothing is under way
 */
export async function makeCall<T>(service: Service, call: Call<T>): Promise<Answer<T>> {
	const { clock, rate, random, signal, submitDeadline, onRetry } = service;
	let problem: CallProblem | undefined;
	let failingSince: number | undefined;
	for (let attempts = 0; ; ) {
		const begunAt = await rate.turn(signal, call.latest());
		// Whoever ends the run relies on it: what was not sent by then never is.
		signal.throwIfAborted();
		if (begunAt === undefined) {
			const pauseMs = rate.pausedUntil - clock.now();
			if (pauseMs > call.longestPause) return { kind: 'failed', problem: pauseTooLong(pauseMs) };
			// Another submit of the run may have been accepted in the meantime, which moves the deadline.
			if (clock.now() + Math.max(0, pauseMs) <= call.latest()) continue;
			return { kind: 'late', problem };
		}
		const reply = await call.send(begunAt);
		const value = call.read(reply);
		if (value !== undefined) {
			rate.answered(begunAt);
			return { kind: 'answered', value };
		}
		problem = classifyReply(call.kind, reply, clock.date());
		// The caller must learn what this reply means even when the run has ended.
		if (signal.aborted) return { kind: 'failed', problem };
		failingSince ??= clock.now();
		if (problem.code === 'RATE_LIMITED') {
			rate.refused(begunAt, problem.retryAfterMs, random());
			if (call.kind === 'submit') submitDeadline.refused();
		} else {
			// Whatever else it says, the service no longer refuses requests.
			if (reply.kind === 'received') rate.answered(begunAt);
			attempts += 1;
			const leftMs = failingSince + retriedForMs[problem.retry] - clock.now();
			const pauseMs = retryPauseMs(problem, attempts, leftMs, random);
			if (pauseMs === undefined) return { kind: 'failed', problem };
			await call.pause(pauseMs);
		}
		onRetry();
		if (clock.now() >= call.latest()) return { kind: 'late', problem };
	}
}

/** The service replies 429 with a Retry-After longer than the timeout. */
function pauseTooLong(ms: number): CallProblem {
	const seconds = Math.ceil(ms / 1000);
	return {
		code: 'RATE_LIMITED',
		retry: 'final',
		reason: `the service asks to wait ${seconds} s (429 with Retry-After), which is too long`,
		httpStatus: 429,
	};
}

/** Why a call was not sent: its turn did not come in time, because the service refuses the others of the run. */
export const noTurn: CallProblem = {
	code: 'RATE_LIMITED',
	retry: 'again',
	reason: 'the service allows too few requests for all the tasks of this run (429)',
	httpStatus: 429,
};

/** The failure of a call that returned no task. `taskId` is the requested one, undefined for a submit. */
export function callFailed(problem: CallProblem, taskId?: string): Failure {
	const { code, reason, httpStatus } = problem;
	const advice = problem.advice ?? factsOf(code).advice ?? '';
	const [what, known] =
		taskId === undefined
			? ['The task was not created', 'For this item, nothing was charged.']
			: [`The status of task ${taskId} is not known`, `The task id is ${taskId}.`];
	return new Failure({
		code,
		message: `${what}: ${reason}`,
		description: `${advice} ${known}`.trim(),
		...(taskId !== undefined && { taskId }),
		...(httpStatus !== undefined && { httpStatus }),
	});
}

import { factsOf } from '../api/failureCodes';
import { asFailure, Failure, messageOf } from '../api/failures';
import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import {
	type Call as CallKind,
	type CallProblem,
	classifyReply,
	retryPauseMs,
} from '../api/retryRules';
import { isUnconfirmed, parseCreatedTask, parseTask, type Task } from '../api/task';
import type { Service } from './service';

/** What came of a submit: a task, certainly none, or nobody knows. */
export type CallResult =
	| { kind: 'task'; task: Task }
	| { kind: 'none'; failure: Failure }
	| { kind: 'unsure'; why: string; httpStatus?: number | undefined };

/** What came of a question about a task. `late`: it could not be asked, or was not answered, by its deadline. */
export type StatusResult =
	| { kind: 'task'; task: Task }
	| { kind: 'none'; failure: Failure }
	| { kind: 'late'; problem: CallProblem | undefined };

/** How long in ms after its deadline the last status call may still start, or wait for its reply: timers are not exact. */
const lastReplyMs = 1_000;

/**
 * Creates a task. The request is retried only if the service cannot have acted on it. Once it is sent, the result is
 * unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 * @param body the request body as JSON text
 * @param timeoutMs the timeout of the item's task: submits are not retried for longer than this
 */
export async function submit(
	service: Service,
	{ body, timeoutMs }: { body: string; timeoutMs: number },
): Promise<CallResult> {
	const { baseUrl, client, clock, signal, submitDeadline } = service;
	const longestPauseMs = Math.min(timeoutMs, limits.unreachableMs);
	try {
		const outcome = await repeat(service, {
			kind: 'submit',
			send: async () => await client.runTask(body),
			// A task id counts, whatever the HTTP status.
			read: (reply) => (reply.kind === 'received' ? parseCreatedTask(reply, baseUrl) : undefined),
			latest: () => submitDeadline.after(longestPauseMs),
			pause: async (ms) => await clock.sleep(ms, signal),
			longestPauseMs,
		});
		if ('task' in outcome) {
			submitDeadline.accepted();
			return { kind: 'task', task: outcome.task };
		}
		const { problem = noTurn } = outcome;
		return problem.retry === 'unsure'
			? { kind: 'unsure', why: problem.reason, httpStatus: problem.httpStatus }
			: { kind: 'none', failure: callFailed(problem) };
	} catch (error) {
		// The run ends between two tries only. Of anything unforeseen, nobody knows.
		return signal.aborted && error === signal.reason
			? { kind: 'none', failure: asFailure(error) }
			: { kind: 'unsure', why: messageOf(error) };
	}
}

/**
 * Asks for the status of a task.
 * @param deadline on the clock; `timeoutMs` is how long that was off at first
 * @param wasNamed whether a reply has named the task: then a failure without an id is not this task's
 * @throws the signal's reason when the run ends
 */
export async function askStatus(
	service: Service,
	question: { taskId: string; deadline: number; timeoutMs: number; wasNamed: boolean },
): Promise<StatusResult> {
	const { baseUrl, client, clock, signal } = service;
	const { taskId, deadline, timeoutMs, wasNamed } = question;
	const latest = deadline + lastReplyMs;
	if (clock.now() >= latest) return { kind: 'late', problem: undefined };
	const outcome = await repeat(service, {
		kind: 'status',
		send: async (begunAt) => {
			const reply = await client.taskStatus(taskId, Math.min(limits.statusMs, latest - begunAt));
			signal.throwIfAborted();
			return reply;
		},
		read: (reply) => {
			if (reply.kind === 'lost' || reply.httpStatus < 200 || reply.httpStatus > 299)
				return undefined;
			const task = parseTask(reply, taskId, baseUrl);
			const isAnothers = wasNamed && task?.state === 'failed' && isUnconfirmed(task);
			return isAnothers ? undefined : task;
		},
		latest: () => latest,
		pause: async (ms) => await sleepUntilDeadline(service, deadline, ms),
		longestPauseMs: timeoutMs,
	});
	if ('task' in outcome) return { kind: 'task', task: outcome.task };
	const { problem } = outcome;
	if (problem === undefined || outcome.isLate) return { kind: 'late', problem };
	return { kind: 'none', failure: callFailed(problem, taskId) };
}

/** One call, which may take several requests. */
interface Call {
	kind: CallKind;
	/** Never rejects, unless the run has ended and its reply says nothing about money. */
	send(begunAt: number): Promise<Reply>;
	/** The task in a reply; undefined if there is none. Never throws. */
	read(reply: Reply): Task | undefined;
	/** When it starts at the latest, on the clock; that may move while it waits. */
	latest(): number;
	/** Sleeps for `ms`, or until its deadline if there is one. */
	pause(ms: number): Promise<void>;
	/** A longer Retry-After is not waited for. */
	longestPauseMs: number;
}

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
 * @returns the task, or why there is none; `isLate` where time is up, else it must not be sent again
 * @throws the signal's reason when the run ends while nothing is under way
 */
async function repeat(
	service: Service,
	call: Call,
): Promise<{ task: Task } | { problem: CallProblem | undefined; isLate: boolean }> {
	const { clock, rate, random, signal, submitDeadline, onRetry } = service;
	let problem: CallProblem | undefined;
	let failingSince: number | undefined;
	let failures = 0;
	for (;;) {
		const begunAt = await rate.turn(signal, call.latest());
		// Whoever ends the run relies on it: what was not sent by then never is.
		signal.throwIfAborted();
		if (begunAt === undefined) {
			const pauseMs = Math.max(0, rate.pausedUntil - clock.now());
			if (pauseMs > call.longestPauseMs) return { problem: pauseTooLong(pauseMs), isLate: false };
			// Another submit of the run may have been accepted in the meantime, which moves the deadline.
			if (clock.now() + pauseMs <= call.latest()) continue;
			return { problem, isLate: true };
		}
		const reply = await call.send(begunAt);
		const task = call.read(reply);
		if (task !== undefined) {
			rate.replied(begunAt);
			return { task };
		}
		problem = classifyReply(call.kind, reply, clock.date());
		// The caller must learn what this reply means even when the run has ended.
		if (signal.aborted) return { problem, isLate: false };
		failingSince ??= clock.now();
		if (problem.code === 'RATE_LIMITED') {
			rate.refused(begunAt, problem.retryAfterMs, random());
			if (call.kind === 'submit') submitDeadline.refused();
		} else {
			// Whatever else it says, the service no longer refuses requests.
			if (reply.kind === 'received') rate.replied(begunAt);
			failures += 1;
			const leftMs = failingSince + retriedForMs[problem.retry] - clock.now();
			const pauseMs = retryPauseMs(problem, failures, leftMs, random);
			if (pauseMs === undefined) return { problem, isLate: false };
			await call.pause(pauseMs);
		}
		onRetry();
		if (clock.now() >= call.latest()) return { problem, isLate: true };
	}
}

/** Sleeps for `ms`, but not past the deadline, where a last call is made, nor past the end of that call. */
export async function sleepUntilDeadline(
	{ clock, signal }: Service,
	deadline: number,
	ms: number,
): Promise<void> {
	const now = clock.now();
	const end = now < deadline ? deadline : deadline + lastReplyMs;
	await clock.sleep(Math.min(ms, end - now), signal);
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

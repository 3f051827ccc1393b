import { asFailure, messageOf, submitUnsure } from '../api/failures';
import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import {
	type Call,
	type CallResult,
	noTask,
	type Question,
	readReply,
	retryPauseMs,
} from '../api/retryRules';
import type { Service } from './service';

/** How long in ms after its deadline the last question may still start, or wait for its reply: timers are not exact. */
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
	const { signal, submitDeadline } = service;
	const longest = Math.min(timeoutMs, limits.unreachableMs);
	try {
		const result = await repeat(service, { kind: 'submit', body, timeoutMs: longest });
		if (result.kind === 'task') submitDeadline.accepted();
		return result;
	} catch (error) {
		const why = messageOf(error);
		// The run ends between two tries only. Of anything unforeseen, nobody knows.
		return signal.aborted && error === signal.reason
			? { kind: 'none', why, failure: asFailure(error) }
			: { kind: 'unsure', why, failure: submitUnsure(why, false) };
	}
}

/**
 * Asks for the status of a task.
 * @throws the signal's reason when the run ends
 */
export async function askStatus(
	service: Service,
	question: Omit<Question, 'kind'>,
): Promise<CallResult> {
	const call: Call = { kind: 'question', ...question };
	return service.clock.now() < latestStart(service, call)
		? await repeat(service, call)
		: whenLate(call, noTurn(call));
}

/** For how long in ms a call is retried, from its first failure on. */
const retriedForMs = { again: limits.unreachableMs, soon: limits.unknownTaskMs };

/**
 * Makes a call at its turn, and again for as long as its replies allow that. After a 429, {@link Service.rate} does the
 * waiting, in the next turn.
 * @throws the signal's reason when the run ends while nothing is under way
 */
async function repeat(service: Service, call: Call): Promise<CallResult> {
	const { baseUrl, clock, rate, random, signal, submitDeadline, onRetry } = service;
	let ifLate: CallResult = whenLate(call, noTurn(call));
	let failedAt: number | undefined;
	let failures = 0;
	for (;;) {
		const startedAt = await rate.turn(signal, latestStart(service, call));
		// Whoever ends the run relies on it: what was not sent by then never is.
		signal.throwIfAborted();
		if (startedAt === undefined) {
			const pauseMs = Math.max(0, rate.pausedUntil - clock.now());
			if (pauseMs > call.timeoutMs) return pauseTooLong(call, pauseMs);
			// Another submit of the run may have been accepted in the meantime, which moves the deadline.
			if (clock.now() + pauseMs <= latestStart(service, call)) continue;
			return ifLate;
		}
		const reply = await send(service, call, startedAt);
		const read = readReply(call, reply, { baseUrl, date: clock.date() });
		const { result, retry } = read;
		if (retry === 'refused') {
			rate.refused(startedAt, read.retryAfterMs, random());
			if (call.kind === 'submit') submitDeadline.refused();
		} else if (reply.kind === 'received') rate.replied(startedAt);
		// The caller must learn what this reply means even when the run has ended.
		if (retry === 'final' || retry === 'unsure' || result.kind === 'task' || signal.aborted) {
			return result;
		}
		failedAt ??= clock.now();
		if (retry !== 'refused') {
			failures += 1;
			const leftMs = failedAt + retriedForMs[retry] - clock.now();
			const pauseMs = retryPauseMs(read.retryAfterMs, failures, leftMs, random);
			if (pauseMs === undefined) return result;
			if (call.kind === 'submit') await clock.sleep(pauseMs, signal);
			else await sleepUntilDeadline(service, call.deadline, pauseMs);
		}
		onRetry();
		ifLate = whenLate(call, result);
		if (clock.now() >= latestStart(service, call)) return ifLate;
	}
}

/** When a call starts at the latest, on the clock. That of a submit moves while it waits. */
function latestStart({ submitDeadline }: Service, call: Call): number {
	return call.kind === 'submit'
		? submitDeadline.after(call.timeoutMs)
		: call.deadline + lastReplyMs;
}

/** Never rejects, unless the run has ended and its reply says nothing about money. */
async function send({ client, signal }: Service, call: Call, startedAt: number): Promise<Reply> {
	if (call.kind === 'submit') return await client.runTask(call.body);
	const leftMs = call.deadline + lastReplyMs - startedAt;
	const reply = await client.taskStatus(call.taskId, Math.min(limits.statusMs, leftMs));
	signal.throwIfAborted();
	return reply;
}

/** What came of a call whose time is up: of a task that exists, nobody knows. */
function whenLate(call: Call, result: ReturnType<typeof noTask>): CallResult {
	return call.kind === 'submit' ? result : { ...result, kind: 'unsure' };
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
function pauseTooLong(call: Call, ms: number): CallResult {
	const asked = `the service asks to wait ${Math.ceil(ms / 1000)} s (429 with Retry-After)`;
	return noTask(call, 'RATE_LIMITED', `${asked}, which is too long`, { httpStatus: 429 });
}

/** The call was not sent: its turn did not come in time, because the service refuses the others of the run. */
function noTurn(call: Call): ReturnType<typeof noTask> {
	const before = call.kind === 'question' ? call.before : undefined;
	const tooFew = 'the service allows too few requests for all the tasks of this run (429)';
	return noTask(call, 'RATE_LIMITED', before ?? tooFew, { httpStatus: 429 });
}

import { limits } from '../api/limits';
import { backoffMs, judge, retryAfterMs, type Call, type Reply } from '../api/retry';
import { callFailed } from './callFailures';
import type { Service } from './service';

/** The shortest pause in ms, also for a service that asks for none. */
const shortestPause = 250;

/** Repeats of one call, or of the polls of one task. */
export interface Repeats {
	/**
	 * Waits before the next try.
	 * @param resubmitWhenUnsure a submit that may have created a task is tried again all the same
	 * @throws Failure when the call may not be tried again, or the patience is over
	 */
	afterBadReply(call: Call, reply: Reply, resubmitWhenUnsure?: boolean): Promise<void>;
	/** A good reply: patience begins anew. */
	reset(): void;
}

/**
 * The rule of repetition in time: says whether to go on, and sleeps for as long as the rule or the service says.
 * @param knownSince when the task was submitted or first asked for, ms since 1970
 * @param deadline when the last question is asked, ms since 1970
 */
export function createRepeats(
	service: Service,
	knownSince: number,
	{ taskId, deadline = Infinity }: { taskId?: string; deadline?: number } = {},
): Repeats {
	const { clock, coolDown, random, signal, onRepeat } = service;
	let repetition = 0;
	let badSince: number | undefined;
	return {
		reset: () => {
			repetition = 0;
			badSince = undefined;
		},
		afterBadReply: async (call, reply, resubmitWhenUnsure = false) => {
			const now = clock.now();
			const { verdict, code } = judge(call, reply);
			const failure = () => callFailed(call, code, reply, taskId);
			// Whoever ends the run must still learn what this reply means.
			if (signal.aborted) throw failure();
			badSince ??= now;
			const until =
				verdict === 'again' || (verdict === 'unsure' && resubmitWhenUnsure)
					? badSince + limits.unreachableMs
					: verdict === 'soon'
						? knownSince + limits.newTaskMs
						: now;
			const asked = reply.kind === 'answer' ? retryAfterMs(reply.retryAfter, now) : undefined;
			repetition += 1;
			const wait = Math.max(shortestPause, asked ?? backoffMs(repetition, random));
			if (now + wait > until || now >= deadline) throw failure();
			onRepeat();
			if (code === 'RATE_LIMITED') coolDown.begin(wait);
			await clock.sleep(Math.min(wait, deadline - now), signal);
		},
	};
}

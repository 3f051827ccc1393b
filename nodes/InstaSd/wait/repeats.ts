import { limits } from '../api/limits';
import { backoffMs, judge, retryAfterMs, type Call, type Reply, type Verdict } from '../api/retry';
import { callFailed, troubleWith } from './callFailures';
import type { Service } from './service';

/** The shortest pause in ms, also for a service that asks for none. */
const shortestPause = 250;

/** A reply that brought no task. */
export interface BadReply {
	call: Call;
	reply: Reply;
	/** When its call began, on the clock. */
	begunAt: number;
	/** Undefined for a submit. */
	taskId?: string;
	/** A submit that may have created a task is sent again all the same. */
	resubmitWhenUnsure?: boolean;
}

/** Repeats of one call, or of the questions for one task. */
export class Repeats {
	private repetition = 0;
	private badSince: number | undefined;

	/** @param pause sleeps for so many ms, or less where the time is up before */
	constructor(
		private readonly service: Service,
		private readonly pause: (ms: number) => Promise<void>,
	) {}

	/** A good reply: patience begins anew. */
	reset(): void {
		this.repetition = 0;
		this.badSince = undefined;
	}

	/**
	 * Waits before the next try, for as long as the rule of repetition or the service says. After a 429 that is the wait
	 * for the next turn: see {@link Service.rate}.
	 * @throws Failure when the call may not be tried again, or the patience is over
	 */
	async after({ call, reply, begunAt, taskId, resubmitWhenUnsure }: BadReply): Promise<void> {
		const { clock, rate, random, signal, onRepeat } = this.service;
		const { verdict, code } = judge(call, reply);
		const failure = callFailed(troubleWith(call, reply), taskId);
		// Whoever ends the run must still learn what this reply means.
		if (signal.aborted) throw failure;
		const now = clock.now();
		this.badSince ??= now;
		const asked =
			reply.kind === 'answer' ? retryAfterMs(reply.retryAfter, clock.date()) : undefined;
		if (code === 'RATE_LIMITED') {
			rate.refused(begunAt, asked, random());
			onRepeat();
			return;
		}
		this.repetition += 1;
		const wait = Math.max(shortestPause, asked ?? backoffMs(this.repetition, random));
		if (now + wait > this.badSince + patienceMs(verdict, resubmitWhenUnsure)) throw failure;
		onRepeat();
		await this.pause(wait);
	}
}

/** For how many ms in a row a bad reply is no reason to give up. */
function patienceMs(verdict: Verdict, resubmitWhenUnsure = false): number {
	if (verdict === 'again') return limits.unreachableMs;
	if (verdict === 'unsure' && resubmitWhenUnsure) return limits.unreachableMs;
	return verdict === 'soon' ? limits.unknownTaskMs : 0;
}

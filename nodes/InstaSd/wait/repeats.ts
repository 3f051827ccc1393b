import type { Client } from '../api/client';
import { blockedByN8n } from '../api/errorCode';
import { Failure, submitUnsure, type FailureCode } from '../api/failures';
import { backoffMs, judge, retryAfterMs, type Call, type Reply } from '../api/retry';
import { reasonIn } from '../api/replies';
import type { Clock } from '../api/clock';
import type { CoolDown } from './coolDown';

/** What a call needs beside its arguments; shared by all lanes of a run. */
export interface Calls {
	client: Client;
	clock: Clock;
	random: () => number;
	coolDown: CoolDown;
	/** Aborted by Stop, and when the run has failed: no call begins after it. */
	signal: AbortSignal;
	/** Counts a reply that had to be asked for again. */
	onRepeat: () => void;
}

/** How long in ms calls are repeated while the service does not answer, or asks for patience. */
export const patience = { unreachable: 300_000, newTask: 10_000 };

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
	calls: Calls,
	knownSince: number,
	{ taskId, deadline = Infinity }: { taskId?: string; deadline?: number } = {},
): Repeats {
	const { clock, coolDown, random, signal, onRepeat } = calls;
	let repetition = 0;
	let badSince: number | undefined;
	let mayExist = false;
	return {
		reset: () => {
			repetition = 0;
			badSince = undefined;
		},
		afterBadReply: async (call, reply, resubmitWhenUnsure = false) => {
			const now = clock.now();
			const { verdict, code } = judge(call, reply);
			mayExist ||= verdict === 'unsure';
			const failure = () =>
				mayExist
					? submitUnsure({ said: said(reply), ...httpStatusOf(reply) })
					: callFailed(call, code, reply, taskId);
			// The reply is known: whoever ends the run must still learn whether a task was created.
			if (signal.aborted) throw failure();
			badSince ??= now;
			const until =
				verdict === 'again' || (verdict === 'unsure' && resubmitWhenUnsure)
					? badSince + patience.unreachable
					: verdict === 'soon'
						? knownSince + patience.newTask
						: now;
			const asked = reply.kind === 'answer' ? retryAfterMs(reply.retryAfter, now) : undefined;
			repetition += 1;
			const wait = Math.max(shortestPause, asked ?? backoffMs(repetition, random));
			if (now + wait > until || now >= deadline) throw failure();
			onRepeat();
			if (code === 'RATE_LIMITED') coolDown.begin(wait);
			const pause = clock.sleep(Math.min(wait, deadline - now), signal);
			await pause.then(undefined, async (halted: unknown) => {
				// Ended in a pause: what was sent before it may exist all the same.
				return await Promise.reject(mayExist ? failure() : halted);
			});
		},
	};
}

/** The failure of a call whose reply brought no task. */
function callFailed(call: Call, code: FailureCode, reply: Reply, taskId?: string): Failure {
	const what =
		call === 'submit'
			? 'The task was not created'
			: `The status of task ${taskId ?? ''} is not known`;
	return new Failure({
		code,
		message: `${what}: ${said(reply)}`,
		description:
			`${advice[code] ?? ''}${taskId === undefined ? ' For this item nothing was charged.' : ` The task id is ${taskId}.`}`.trim(),
		...(taskId === undefined ? {} : { taskId }),
		...httpStatusOf(reply),
	});
}

const advice: Partial<Record<FailureCode, string>> = {
	UNAUTHORIZED:
		'The token of this credential was refused. Every InstaSD API has its own token: check that URL and token in the credential belong to the same API.',
	TASK_NOT_FOUND:
		'The API does not know this task. Check the id, and that the credential is that of the API which created it.',
	REJECTED:
		'The service refused the request. Compare the inputs, and the API URL in the credential, with API Instructions.',
	PAYLOAD_TOO_LARGE:
		"The request is larger than the service takes (10 MB). Give files as links, or set the option 'Send Files As' to 'Signed Link'.",
	RATE_LIMITED:
		"The service asks for fewer requests. Lower the option 'Tasks at Once', or run later.",
	UNREACHABLE:
		'The service cannot be reached. Check the API URL in the credential and try again later.',
	BAD_REPLY:
		'The reply is not that of an InstaSD API. Check the API URL in the credential, and whether a proxy stands between.',
};

function httpStatusOf(reply: Reply) {
	return reply.kind === 'answer' ? { httpStatus: reply.httpStatus } : {};
}

/** The reply in words: the service's reason where it gave one. */
function said(reply: Reply): string {
	if (reply.kind === 'lost') {
		return reply.errorCode === blockedByN8n
			? 'this n8n does not call private addresses; its administrator allows one by the setting N8N_SSRF_ALLOWED_HOSTNAMES'
			: `no reply (${reply.errorCode})`;
	}
	const { httpStatus, body } = reply;
	const reason =
		reasonIn(body) ??
		(typeof body === 'string' ? body.replace(/\s+/g, ' ').trim().slice(0, 200) : undefined);
	return `the service answered ${httpStatus}${reason === undefined || reason === '' ? '' : ` (${reason})`}`;
}

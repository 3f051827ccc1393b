import { blockedByN8n } from './errorCode';
import type { FailureCode } from './failureCodes';

/** A submit creates a task and costs credits; a status call only asks. */
export type Call = 'submit' | 'status';

/** What came back from a call, before anybody has read the body. */
export type Reply =
	| {
			kind: 'answer';
			httpStatus: number;
			retryAfter: string | undefined;
			body: unknown;
			/** The id of the task that the body names, as it is written there. */
			taskId?: string | undefined;
	  }
	| { kind: 'lost'; errorCode: string };

/**
 * `again`: the service cannot have acted on it, or it was only a question. `unsure`: a task may exist, so it is never
 * sent again. `soon`: believed only after a few seconds, because a new task can be unknown for a moment. `final`: no
 * repetition helps.
 */
export type Verdict = 'again' | 'unsure' | 'soon' | 'final';

interface Rule {
	when: (reply: Reply) => boolean;
	submit: Verdict;
	status: Verdict;
	code: FailureCode;
	/** The code of a failed status call, where it differs. */
	statusCode?: FailureCode;
}

const http =
	(...codes: number[]) =>
	(reply: Reply) =>
		reply.kind === 'answer' && codes.includes(reply.httpStatus);
const httpBetween = (from: number, to: number) => (reply: Reply) =>
	reply.kind === 'answer' && reply.httpStatus >= from && reply.httpStatus <= to;
const lost =
	(...codes: string[]) =>
	(reply: Reply) =>
		reply.kind === 'lost' && (codes.length === 0 || codes.includes(reply.errorCode));

/** A refused certificate. OpenSSL's own errors, `ERR_SSL_…`, can come after the request, too: they are unsure. */
const isTlsFailure = (reply: Reply) =>
	reply.kind === 'lost' &&
	/^(?!ERR_SSL_).*(CERT|SELF_SIGNED|UNABLE_TO_|_TLS_)/.test(reply.errorCode);

/** The whole rule of repetition for replies that bring no task. The first line that fits decides. */
const rules: readonly Rule[] = [
	{ when: http(429), submit: 'again', status: 'again', code: 'RATE_LIMITED' },
	{
		when: lost('ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'),
		submit: 'again',
		status: 'again',
		code: 'UNREACHABLE',
	},
	// Nothing was sent, and nothing will change by itself: n8n's own guard, or a failed handshake.
	{ when: lost(blockedByN8n), submit: 'final', status: 'final', code: 'UNREACHABLE' },
	{ when: isTlsFailure, submit: 'final', status: 'again', code: 'UNREACHABLE' },
	{ when: http(401, 403), submit: 'final', status: 'final', code: 'UNAUTHORIZED' },
	{ when: http(408, 425), submit: 'unsure', status: 'again', code: 'UNREACHABLE' },
	{
		when: http(413),
		submit: 'final',
		status: 'soon',
		code: 'PAYLOAD_TOO_LARGE',
		statusCode: 'REJECTED',
	},
	{
		when: http(404, 410),
		submit: 'final',
		status: 'soon',
		code: 'REJECTED',
		statusCode: 'TASK_NOT_FOUND',
	},
	{ when: httpBetween(400, 499), submit: 'final', status: 'soon', code: 'REJECTED' },
	{ when: lost(), submit: 'unsure', status: 'again', code: 'UNREACHABLE' },
	{ when: httpBetween(500, 599), submit: 'unsure', status: 'again', code: 'UNREACHABLE' },
];

/** Whether a call whose reply brought no task may be made again, and what it is called when it may not. */
export function judge(call: Call, reply: Reply): { verdict: Verdict; code: FailureCode } {
	const rule = rules.find(({ when }) => when(reply));
	if (rule === undefined) {
		return { verdict: call === 'submit' ? 'unsure' : 'again', code: 'BAD_REPLY' };
	}
	return {
		verdict: rule[call],
		code: call === 'status' ? (rule.statusCode ?? rule.code) : rule.code,
	};
}

/**
 * How long a Retry-After header asks to wait, in ms, from seconds or from a date (RFC 9110, 10.2.3); undefined where
 * there is none or it makes no sense.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	if (header === undefined) return undefined;
	// Date.parse would read "-5" as a year.
	const isDate = /[a-z]/i.test(header);
	const wait = isDate ? Date.parse(header) - now : Number(header.trim() || NaN) * 1000;
	if (!Number.isFinite(wait) || (wait < 0 && !isDate)) return undefined;
	return Math.max(0, wait);
}

/**
 * How long to wait in ms before the n-th repetition (from 1): doubling from half a second up to a minute, spread over
 * the upper half so that many tasks do not come back together.
 */
export function backoffMs(repetition: number, random: () => number): number {
	const full = Math.min(60_000, 500 * 2 ** Math.min(repetition - 1, 10));
	return full / 2 + (random() * full) / 2;
}

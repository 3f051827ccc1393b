import { z } from 'zod';

import type { FailureCode } from './failures';
import type { Reply } from './reply';
import { jsonOf, oneLine, reasonIn } from './task';

/** The code of a call that n8n itself did not let out: its administrator has closed private addresses to workflows. */
export const blockedByN8n = 'BLOCKED_BY_N8N';

const code = z.string().regex(/^[A-Z][A-Z\d_]+$/);
const fields = z
	.object({ name: z.unknown(), httpCode: z.unknown(), code: z.unknown(), cause: z.unknown() })
	.partial();
const blockedName = z.enum(['SsrfBlockedIpError', 'SsrfBlockedHostnameError']);

/**
 * Why a call brought no reply: the network's code, such as `ECONNREFUSED`, {@link blockedByN8n}, or `NO_REPLY`. n8n
 * hides it in `httpCode`, `code` or one of the causes, depending on its version.
 */
export function errorCodeIn(error: unknown): string {
	let found: string | undefined;
	let current = fields.safeParse(error);
	for (let depth = 0; depth < 6 && current.success; depth++) {
		if (blockedName.safeParse(current.data.name).success) return blockedByN8n;
		for (const candidate of [current.data.httpCode, current.data.code]) {
			found ??= code.safeParse(candidate).data;
		}
		current = fields.safeParse(current.data.cause);
	}
	return found ?? 'NO_REPLY';
}

/** A submit creates a task and costs credits; a status call only asks. */
export type Call = 'submit' | 'status';

/**
 * `again`: the service cannot have acted on the call, or it was only a question. `unsure`: a task may exist, so it is
 * never sent again. `soon`: repeated for a few seconds, because a new task can be unknown for a moment. `final`: no retry
 * helps.
 */
export type Retry = 'again' | 'unsure' | 'soon' | 'final';

/** Why a call brought no task. */
export interface CallProblem {
	code: FailureCode;
	retry: Retry;
	/** What came instead, in words. */
	reason: string;
	httpStatus?: number;
	/** How long the service asks to wait, in ms. */
	retryAfterMs?: number | undefined;
}

interface Rule {
	when: (reply: Reply) => boolean;
	submit: Retry;
	status: Retry;
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

/** Whether a call is repeated when its reply brings no task: the whole rule. The first line that matches decides. */
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

/** Any other reply, such as a 200 or a redirect without a task. */
const unreadable: Omit<Rule, 'when'> = { submit: 'unsure', status: 'again', code: 'BAD_REPLY' };

/**
 * What a reply that brought no task means, and whether the call may be repeated.
 * @param date ms since 1970; a Retry-After may be a date
 */
export function classifyReply(call: Call, reply: Reply, date: number): CallProblem {
	const rule = rules.find(({ when }) => when(reply)) ?? unreadable;
	const { httpStatus, retryAfter } = reply.kind === 'answer' ? reply : {};
	return {
		code: call === 'status' ? (rule.statusCode ?? rule.code) : rule.code,
		retry: rule[call],
		reason: describeReply(reply),
		...(httpStatus !== undefined && { httpStatus }),
		retryAfterMs: retryAfterMs(retryAfter, date),
	};
}

/** A reply that brought no task, in words: with the service's reason where it gave one. */
function describeReply(reply: Reply): string {
	if (reply.kind === 'lost') {
		return reply.errorCode === blockedByN8n
			? 'this n8n does not call private addresses; its administrator allows one by the setting N8N_SSRF_ALLOWED_HOSTNAMES'
			: `no reply (${reply.errorCode})`;
	}
	const { httpStatus, body } = reply;
	// Without a reason, the beginning of the body: it may be all that is left of a task.
	const text = (typeof body === 'string' ? body : jsonOf(body)) ?? '';
	const reason = reasonIn(body) ?? oneLine(text.slice(0, 200)).replace(/ {2,}/g, ' ');
	return `the service answered ${httpStatus}${reason === '' ? '' : ` (${reason})`}`;
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
 * How long to wait in ms before the n-th retry (from 1): doubling from half a second up to a minute, with jitter over the
 * upper half so that many tasks do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
	const full = Math.min(60_000, 500 * 2 ** Math.min(attempt - 1, 10));
	return full / 2 + (random() * full) / 2;
}

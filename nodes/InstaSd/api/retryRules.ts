import * as z from 'zod';

import type { FailureCode } from './failureCodes';
import type { Reply } from './reply';
import { jsonOf, oneLine, reasonIn } from './task';

/** The code of a call that n8n itself blocked: its administrator does not allow workflows to call private addresses. */
export const blockedByN8n = 'BLOCKED_BY_N8N';
/** The same in words. n8n does not look for an IP address among the host names that it allows. */
export const blockedInWords =
	'this n8n does not call private addresses; an administrator can allow this one with the setting N8N_SSRF_ALLOWED_HOSTNAMES, an IP address with N8N_SSRF_ALLOWED_IP_RANGES';

const code = z.string().regex(/^[A-Z][A-Z\d_]+$/);
const fields = z
	.object({ name: z.unknown(), httpCode: z.unknown(), code: z.unknown(), cause: z.unknown() })
	.partial();
const blockedName = z.enum(['SsrfBlockedIpError', 'SsrfBlockedHostnameError']);

/**
 * Why a call got no reply: the network's code, such as `ECONNREFUSED`, {@link blockedByN8n}, or `NO_REPLY`. Depending on
 * its version, n8n puts the code in `httpCode`, in `code` or in one of the causes.
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

/** A submit creates a task and costs credits; a status call is free. */
export type Call = 'submit' | 'status';

/**
 * `again`: retried, because the service cannot have acted on the call, or it was a status call. `unsure`: a task may
 * exist, so it is not sent again. `soon`: retried for a few seconds, because a new task may still be unknown. `final`: a
 * retry cannot help.
 */
export type Retry = 'again' | 'unsure' | 'soon' | 'final';

/** Why a call returned no task. */
export interface CallProblem {
	code: FailureCode;
	retry: Retry;
	/** What came instead, in words. */
	reason: string;
	httpStatus?: number | undefined;
	/** How long the service asks to wait, in ms. */
	retryAfterMs?: number | undefined;
	/** How to get unstuck, where the code alone does not tell. */
	advice?: string | undefined;
}

type Rule = [
	when: (reply: Reply) => boolean,
	submit: Retry,
	status: Exclude<Retry, 'unsure'>,
	code: FailureCode,
	/** The code of a failed status call, where it differs. */
	statusCode?: FailureCode,
];

const http =
	(...codes: number[]) =>
	(reply: Reply) =>
		reply.kind === 'received' && codes.includes(reply.httpStatus);
const httpBetween = (from: number, to: number) => (reply: Reply) =>
	reply.kind === 'received' && reply.httpStatus >= from && reply.httpStatus <= to;
const lost =
	(...codes: string[]) =>
	(reply: Reply) =>
		reply.kind === 'lost' && (codes.length === 0 || codes.includes(reply.errorCode));

/** A rejected certificate. OpenSSL's own errors, `ERR_SSL_…`, may also come after the request: they are unsure. */
const isTlsFailure = (reply: Reply) =>
	reply.kind === 'lost' &&
	/^(?!ERR_SSL_).*(CERT|SELF_SIGNED|UNABLE_TO_|_TLS_)/.test(reply.errorCode);

/** All the rules for whether a call is retried when its reply has no task, and its code. The first match decides. */
const rules: readonly Rule[] = [
	[http(429), 'again', 'again', 'RATE_LIMITED'],
	[lost('ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'), 'again', 'again', 'UNREACHABLE'],
	// Nothing was sent, and a retry cannot help: n8n blocked the address, or the TLS handshake failed.
	[lost(blockedByN8n), 'final', 'final', 'UNREACHABLE'],
	[isTlsFailure, 'final', 'again', 'UNREACHABLE'],
	[http(401, 403), 'final', 'final', 'UNAUTHORIZED'],
	[http(408, 425), 'unsure', 'again', 'UNREACHABLE'],
	[http(413), 'final', 'soon', 'PAYLOAD_TOO_LARGE', 'REJECTED'],
	[http(404, 410), 'final', 'soon', 'REJECTED', 'TASK_NOT_FOUND'],
	[httpBetween(400, 499), 'final', 'soon', 'REJECTED'],
	[lost(), 'unsure', 'again', 'UNREACHABLE'],
	[httpBetween(500, 599), 'unsure', 'again', 'UNREACHABLE'],
];

/** For any other reply, such as a 200 or a redirect without a task. */
const unreadable: Rule = [() => true, 'unsure', 'again', 'BAD_REPLY'];

const creditsUsedUp =
	'Your InstaSD credits are used up: top up, then retry this execution; finished items are not paid again.';

/** How services say so under codes that mean something else, too. A photo's white balance is another matter. */
const wordsForNoCredits =
	/\b(insufficient|not enough|out of|no( more)?|exceeded)\b.{0,15}\b(credits?|funds)\b|\b(credits?|(account )?balance)\b.{0,10}\b(insufficient|exhausted|used up|too low)\b|\b(insufficient|low|negative) (account )?balance\b/i;

/** Whether the account has no credits left. This changes only the advice, since words are no contract. */
function isUnpaid(reply: Reply, reason: string): boolean {
	return http(402)(reply) || (http(400, 403)(reply) && wordsForNoCredits.test(reason));
}

/**
 * What a reply without a task means, and whether the call may be retried.
 * @param date now, in ms since 1970: a Retry-After may be a date
 */
export function classifyReply(call: Call, reply: Reply, date: number): CallProblem {
	const [, submit, status, code, statusCode = code] =
		rules.find(([when]) => when(reply)) ?? unreadable;
	const { httpStatus, retryAfter } = reply.kind === 'received' ? reply : {};
	const reason = describeReply(reply);
	return {
		...(call === 'submit' ? { code, retry: submit } : { code: statusCode, retry: status }),
		reason,
		httpStatus,
		retryAfterMs: retryAfterMs(retryAfter, date),
		advice: isUnpaid(reply, reason) ? creditsUsedUp : undefined,
	};
}

/** A reply without a task, in words, with the service's reason if it gave one. */
function describeReply(reply: Reply): string {
	if (reply.kind === 'lost') {
		return reply.errorCode === blockedByN8n ? blockedInWords : `no reply (${reply.errorCode})`;
	}
	const { httpStatus, body } = reply;
	// Without a reason, quote the beginning of the body: it may be all that is left of a task.
	const text = (typeof body === 'string' ? body : jsonOf(body)) ?? '';
	const reason = reasonIn(body) ?? oneLine(text.slice(0, 200)).replace(/ {2,}/g, ' ');
	return `the service answered ${httpStatus}${reason === '' ? '' : ` (${reason})`}`;
}

/** For how many ms a Retry-After header asks: it holds seconds or a date (RFC 9110, 10.2.3). Undefined if neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	if (header === undefined) return undefined;
	// Date.parse would read "-5" as a year.
	const isDate = /[a-z]/i.test(header);
	const wait = isDate ? Date.parse(header) - now : Number(header.trim() || NaN) * 1000;
	if (!Number.isFinite(wait) || (wait < 0 && !isDate)) return undefined;
	return Math.max(0, wait);
}

/** Bounds in ms of a pause before a retry. */
const shortestPause = 250;
const longestPause = 60_000;

/**
 * The back-off in ms before the n-th retry (from 1): doubles from half a second up to a minute. Jitter over the upper half
 * keeps many tasks from coming back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
	const full = Math.min(longestPause, 500 * 2 ** Math.min(attempt - 1, 10));
	return full / 2 + (random() * full) / 2;
}

/**
 * The pause in ms before the n-th retry (from 1) of a call that has failed otherwise than with 429: as long as the service
 * asks for, up to a minute; the back-off if it asks for nothing, or for more than is left.
 * @param leftMs for how long the call may still be retried
 * @returns undefined if the call may not be retried any longer
 */
export function retryPauseMs(
	{ retryAfterMs }: CallProblem,
	attempt: number,
	leftMs: number,
	random: () => number,
): number | undefined {
	const backoff = backoffMs(attempt, random);
	const asked = Math.min(longestPause, Math.max(shortestPause, retryAfterMs ?? backoff));
	return [asked, backoff].find((ms) => ms <= leftMs);
}

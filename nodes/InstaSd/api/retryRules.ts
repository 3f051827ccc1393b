import * as z from 'zod';

import { factsOf, type FailureCode } from './failureCodes';
import { Failure, submitUnsure } from './failures';
import type { Reply } from './reply';
import {
	isUnconfirmed,
	jsonOf,
	oneLine,
	parseCreatedTask,
	parseTask,
	reasonIn,
	type Task,
} from './task';

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

/** A submit creates a task and costs credits. */
interface Submit {
	kind: 'submit';
	/** The request body as JSON text. */
	body: string;
	/** For how long in ms it is sent again while the service refuses it. */
	timeoutMs: number;
}

/** A question about a task is free. */
export interface Question {
	kind: 'question';
	taskId: string;
	/** Whether a reply has named the task before: then a failure without an id is not this task's. */
	wasNamed: boolean;
	/** What the question before it has brought, in words. */
	before?: string | undefined;
	/** When it is asked at the latest, on the clock; `timeoutMs` is how long that was off at first. */
	deadline: number;
	timeoutMs: number;
}

export type Call = Submit | Question;

/**
 * What came of a call. `none`: certainly no task, or its status is not known and will not be. `unsure`: a submit that may
 * have created a task, or a question without a usable reply by its deadline. `why` is in words what came instead.
 */
export type CallResult =
	| { kind: 'task'; task: Task }
	| { kind: 'none' | 'unsure'; why: string; failure: Failure };

/**
 * `again`: retried, because the service cannot have acted on the call, or it was a question. `refused`: the same, when the
 * service takes requests again (429). `unsure`: a task may exist, so it is not sent again. `soon`: retried for a few
 * seconds, because a new task may still be unknown. `final`: a retry cannot help.
 */
export type Retry = 'again' | 'refused' | 'unsure' | 'soon' | 'final';

type Rule = [
	when: (reply: Reply) => boolean,
	submit: Retry,
	question: Exclude<Retry, 'unsure'>,
	code: FailureCode,
	/** The code of a failed question, where it differs. */
	questionCode?: FailureCode,
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
	[http(429), 'refused', 'refused', 'RATE_LIMITED'],
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
 * What a reply means: what came of the call, unless it is made again; and whether it may be.
 * @param baseUrl the address of the API, which links without a host belong to
 * @param date now, in ms since 1970: a Retry-After may be a date
 */
export function readReply(
	call: Call,
	reply: Reply,
	{ baseUrl, date }: { baseUrl: string; date: number },
): { result: CallResult; retry: Retry; retryAfterMs?: number | undefined } {
	const task = reply.kind === 'received' ? taskIn(call, reply, baseUrl) : undefined;
	if (task !== undefined) return { result: { kind: 'task', task }, retry: 'final' };
	const [, submit, question, code, questionCode = code] =
		rules.find(([when]) => when(reply)) ?? unreadable;
	const { httpStatus, retryAfter } = reply.kind === 'received' ? reply : {};
	const why = describeReply(reply);
	const advice = isUnpaid(reply, why) ? creditsUsedUp : undefined;
	const isSubmit = call.kind === 'submit';
	const result: CallResult =
		isSubmit && submit === 'unsure'
			? { kind: 'unsure', why, failure: submitUnsure(why, false, httpStatus) }
			: noTask(call, isSubmit ? code : questionCode, why, { httpStatus, advice });
	const retry = isSubmit ? submit : question;
	return { result, retry, retryAfterMs: retryAfterMs(retryAfter, date) };
}

/** The task in a reply. One with an id says that a submit has created it, whatever the HTTP status. */
function taskIn(
	call: Call,
	reply: Extract<Reply, { kind: 'received' }>,
	baseUrl: string,
): Task | undefined {
	if (call.kind === 'submit') return parseCreatedTask(reply, baseUrl);
	if (reply.httpStatus < 200 || reply.httpStatus > 299) return undefined;
	const task = parseTask(reply, call.taskId, baseUrl);
	const isAnothers = call.wasNamed && task?.state === 'failed' && isUnconfirmed(task);
	return isAnothers ? undefined : task;
}

/** What came of a call that brings no task. */
export function noTask(
	call: Call,
	code: FailureCode,
	why: string,
	more: { httpStatus?: number | undefined; advice?: string | undefined } = {},
): Exclude<CallResult, { kind: 'task' }> {
	const { httpStatus, advice = factsOf(code).advice ?? '' } = more;
	const taskId = call.kind === 'submit' ? undefined : call.taskId;
	const [what, known] =
		taskId === undefined
			? ['The task was not created', 'For this item, nothing was charged.']
			: [`The status of task ${taskId} is not known`, `The task id is ${taskId}.`];
	const failure = new Failure({
		code,
		message: `${what}: ${why}`,
		description: `${advice} ${known}`.trim(),
		task: taskId === undefined ? undefined : { id: taskId },
		httpStatus,
	});
	return { kind: 'none', why, failure };
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
 * @param retryAfterMs for how long the service asks to wait
 * @param leftMs for how long the call may still be retried
 * @returns undefined if the call may not be retried any longer
 */
export function retryPauseMs(
	retryAfterMs: number | undefined,
	attempt: number,
	leftMs: number,
	random: () => number,
): number | undefined {
	const backoff = backoffMs(attempt, random);
	const asked = Math.min(longestPause, Math.max(shortestPause, retryAfterMs ?? backoff));
	return [asked, backoff].find((ms) => ms <= leftMs);
}

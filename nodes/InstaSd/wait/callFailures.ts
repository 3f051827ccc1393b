import { blockedByN8n } from '../api/errorCode';
import { factsOf, type FailureCode } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { jsonOf, reasonIn } from '../api/replies';
import { judge, type Call, type Reply } from '../api/retry';

/** Why a call brought no task. */
export interface Trouble {
	code: FailureCode;
	/** What came instead. */
	words: string;
	httpStatus?: number;
}

/** The trouble with a reply that brought no task. */
export function troubleWith(call: Call, reply: Reply): Trouble {
	const { code } = judge(call, reply);
	const words = wordsFor(reply);
	return reply.kind === 'answer' ? { code, words, httpStatus: reply.httpStatus } : { code, words };
}

/** The trouble with a service that answers 429, and wants no request before so many ms have passed. */
export function pauseTooLong(ms: number): Trouble {
	const seconds = Math.ceil(ms / 1000);
	return {
		code: 'RATE_LIMITED',
		words: `the service wants no request for ${seconds} s (429 with Retry-After), which is too long to wait for`,
		httpStatus: 429,
	};
}

/**
 * The failure of a call that brought no task.
 * @param taskId the task that was asked for; undefined for a submit
 */
export function callFailed({ code, words, httpStatus }: Trouble, taskId?: string): Failure {
	const what =
		taskId === undefined ? 'The task was not created' : `The status of task ${taskId} is not known`;
	return new Failure({
		code,
		message: `${what}: ${words}`,
		description:
			`${factsOf(code).advice ?? ''}${taskId === undefined ? ' For this item nothing was charged.' : ` The task id is ${taskId}.`}`.trim(),
		...(taskId === undefined ? {} : { taskId }),
		...(httpStatus === undefined ? {} : { httpStatus }),
	});
}

/** A reply that brought no task, in words: with the service's reason where it gave one. */
export function wordsFor(reply: Reply): string {
	if (reply.kind === 'lost') {
		return reply.errorCode === blockedByN8n
			? 'this n8n does not call private addresses; its administrator allows one by the setting N8N_SSRF_ALLOWED_HOSTNAMES'
			: `no reply (${reply.errorCode})`;
	}
	const { httpStatus, body } = reply;
	const reason = reasonIn(body) ?? beginningOf(body);
	return `the service answered ${httpStatus}${reason === '' ? '' : ` (${reason})`}`;
}

/** The beginning of a body that gives no reason: what else is in it may be all that is left of a task. */
function beginningOf(body: unknown): string {
	const text = typeof body === 'string' ? body : jsonOf(body);
	return (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 200);
}

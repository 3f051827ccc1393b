import { blockedByN8n } from '../api/errorCode';
import { factsOf, type FailureCode } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { jsonOf, reasonIn } from '../api/replies';
import type { Call, Reply } from '../api/retry';

/**
 * The failure of a call whose reply brought no task.
 * @param taskId the task that was asked for; undefined for a submit
 */
export function callFailed(call: Call, code: FailureCode, reply: Reply, taskId?: string): Failure {
	const what =
		call === 'submit'
			? 'The task was not created'
			: `The status of task ${taskId ?? ''} is not known`;
	return new Failure({
		code,
		message: `${what}: ${wordsFor(reply)}`,
		description:
			`${factsOf(code).advice ?? ''}${taskId === undefined ? ' For this item nothing was charged.' : ` The task id is ${taskId}.`}`.trim(),
		...(taskId === undefined ? {} : { taskId }),
		...httpStatusOf(reply),
	});
}

function httpStatusOf(reply: Reply): { httpStatus?: number } {
	return reply.kind === 'answer' ? { httpStatus: reply.httpStatus } : {};
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

import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import type { CallProblem } from '../api/retryRules';
import { parseCreatedTask, type Task } from '../api/task';
import { callFailed, makeCall } from './call';
import type { Service } from './service';

/** The result of a submit: a task, certainly no task, or unknown, with the reason. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number | undefined };

export interface Submission {
	/** The request body as JSON text. */
	body: string;
	/** The timeout of the item's task, in ms: submits are not retried for longer than this. */
	timeoutMs: number;
}

/**
 * Creates a task. The request is retried only if the service cannot have acted on it. Once it is sent, the result is
 * unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 */
export async function submitTask(
	service: Service,
	{ body, timeoutMs }: Submission,
): Promise<Submitted> {
	const { baseUrl, client, clock, signal, submitDeadline } = service;
	const longestPause = Math.min(timeoutMs, limits.unreachableMs);
	try {
		const answer = await makeCall(service, {
			kind: 'submit',
			send: async () => await client.runTask(body).catch(() => lost),
			// A task id counts, whatever the HTTP status.
			read: (reply) => {
				try {
					return reply.kind === 'received' ? parseCreatedTask(reply, baseUrl) : undefined;
				} catch {
					return undefined;
				}
			},
			latest: () => submitDeadline.after(longestPause),
			longestPause,
			pause: async (ms) => await clock.sleep(ms, signal),
		});
		if (answer.kind === 'answered') {
			submitDeadline.accepted();
			return { kind: 'created', task: answer.value };
		}
		const { problem = refusesAll } = answer;
		return problem.retry === 'unsure'
			? { kind: 'unsure', why: problem.reason, httpStatus: problem.httpStatus }
			: { kind: 'notCreated', error: callFailed(problem) };
	} catch (error) {
		return { kind: 'notCreated', error };
	}
}

const lost: Reply = { kind: 'lost', errorCode: 'NO_REPLY' };

/** Why a submit was not sent: the service kept refusing the others of the run. */
const refusesAll: CallProblem = {
	code: 'RATE_LIMITED',
	retry: 'again',
	reason: 'the service is currently refusing all tasks of this run (429)',
	httpStatus: 429,
};

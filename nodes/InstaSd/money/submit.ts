import { messageOf } from '../api/failures';
import { limits } from '../api/limits';
import { parseCreatedTask, type Task } from '../api/task';
import { callFailed, makeCall, noTurn } from '../wait/call';
import type { Service } from '../wait/service';

/** The result of a submit: a task, certainly no task, or unknown, with the reason. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number | undefined };

/**
 * Creates a task. The request is retried only if the service cannot have acted on it. Once it is sent, the result is
 * unsure, whatever else goes wrong, until the reply says otherwise. Never rejects.
 * @param body the request body as JSON text
 * @param timeoutMs the timeout of the item's task: submits are not retried for longer than this
 */
export async function submitTask(
	service: Service,
	{ body, timeoutMs }: { body: string; timeoutMs: number },
): Promise<Submitted> {
	const { baseUrl, client, clock, signal, submitDeadline } = service;
	const longestPause = Math.min(timeoutMs, limits.unreachableMs);
	try {
		const answer = await makeCall(service, {
			kind: 'submit',
			send: async () => await client.runTask(body),
			// A task id counts, whatever the HTTP status.
			read: (reply) => (reply.kind === 'received' ? parseCreatedTask(reply, baseUrl) : undefined),
			latest: () => submitDeadline.after(longestPause),
			longestPause,
			pause: async (ms) => await clock.sleep(ms, signal),
		});
		if (answer.kind === 'answered') {
			submitDeadline.accepted();
			return { kind: 'created', task: answer.value };
		}
		const { problem = noTurn } = answer;
		return problem.retry === 'unsure'
			? { kind: 'unsure', why: problem.reason, httpStatus: problem.httpStatus }
			: { kind: 'notCreated', error: callFailed(problem) };
	} catch (error) {
		// The run ends between two tries only. Of anything unforeseen, nobody knows.
		return signal.aborted && error === signal.reason
			? { kind: 'notCreated', error }
			: { kind: 'unsure', why: messageOf(error) };
	}
}

import { parseCreatedTask, type Task } from '../api/replies';
import { judge, type Reply } from '../api/retry';
import { wordsFor } from './callFailures';
import { createRepeats } from './repeats';
import type { Service } from './service';

/** What a submit comes to: a task, certainly none, or nobody knows, with what came instead of an id. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number };

/**
 * Creates a task. Sent again only when the service cannot have taken it. What has been sent is unsure until its reply
 * says otherwise, whatever else goes wrong. Never rejects.
 * @param body the request body as JSON text
 * @param resubmitWhenUnsure send once more although a task may exist; it may be paid for twice
 * @param earlier why it is unsure whether an earlier try has created it: whatever this try is told, it stays so
 */
export async function submitTask(
	service: Service,
	body: string,
	resubmitWhenUnsure: boolean,
	earlier?: string,
): Promise<Submitted> {
	const repeats = createRepeats(service, service.clock.now());
	let unsure: Extract<Submitted, { kind: 'unsure' }> | undefined =
		earlier === undefined ? undefined : { kind: 'unsure', why: earlier };
	try {
		for (;;) {
			await service.coolDown.over(service.signal);
			const before = unsure;
			unsure = { kind: 'unsure', why: 'its reply could not be read' };
			const reply = await service.client.runTask(body);
			// An id counts whatever the reply calls itself.
			const task = reply.kind === 'answer' ? parseCreatedTask(reply) : undefined;
			if (task !== undefined) return { kind: 'created', task };
			if (judge('submit', reply).verdict === 'unsure') {
				unsure = unsureAfter(reply);
				if (!resubmitWhenUnsure || before !== undefined) return unsure;
			} else unsure = before;
			await repeats.afterBadReply('submit', reply, resubmitWhenUnsure);
		}
	} catch (error) {
		return unsure ?? { kind: 'notCreated', error };
	}
}

function unsureAfter(reply: Reply): Extract<Submitted, { kind: 'unsure' }> {
	const why = wordsFor(reply);
	return reply.kind === 'answer'
		? { kind: 'unsure', why, httpStatus: reply.httpStatus }
		: { kind: 'unsure', why };
}

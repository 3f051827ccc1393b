import { parseCreatedTask, type Task } from '../api/replies';
import { createRepeats } from './repeats';
import type { Service } from './service';

/**
 * Creates a task. Sent again only when the service cannot have taken it.
 * @param body the request body as JSON text
 * @param resubmitWhenUnsure send again although a task may exist; it may be paid for twice
 * @throws Failure SUBMIT_UNSURE when a task may exist whose id did not arrive; another code when there is none
 */
export async function submitTask(
	service: Service,
	body: string,
	resubmitWhenUnsure: boolean,
): Promise<Task> {
	const repeats = createRepeats(service, service.clock.now());
	for (;;) {
		await service.coolDown.over(service.signal);
		const reply = await service.client.runTask(body);
		// A server's error that names a task has created it.
		const refused = reply.kind === 'answer' && reply.httpStatus >= 300 && reply.httpStatus < 500;
		const task = reply.kind === 'answer' && !refused ? parseCreatedTask(reply.body) : undefined;
		if (task !== undefined) return task;
		await repeats.afterBadReply('submit', reply, resubmitWhenUnsure);
	}
}

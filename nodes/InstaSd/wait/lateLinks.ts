import { Failure } from '../api/failures';
import { limits } from '../api/limits';
import type { Task } from '../api/replies';
import { Questions } from './questions';
import type { Service } from './service';

/** How long in ms to wait before links are asked for again. */
const pauseMs = 1_000;

/**
 * A completed task with its links: a service can tell of the end before it has stored the files.
 * @returns the task as it was where no links come in time, or where it cannot be asked for any more
 */
export async function withLateLinks(service: Service, task: Task): Promise<Task> {
	if (task.state !== 'completed' || task.links.length > 0) return task;
	const { clock } = service;
	const deadline = clock.now() + limits.lateLinksMs;
	const questions = new Questions(service, task.id, deadline);
	while (clock.now() < deadline) {
		await questions.pause(pauseMs);
		const answer = await questions.answer().catch(async (error: unknown) => {
			return error instanceof Failure ? undefined : await Promise.reject(error);
		});
		if (answer === undefined) return task;
		if (answer.state === 'completed' && answer.links.length > 0) return answer;
	}
	return task;
}

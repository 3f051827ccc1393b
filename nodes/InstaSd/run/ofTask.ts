import { Failure, failingWith, submitUnsure, unexpected, wordsOf } from '../api/failures';
import { Halted } from './halt';
import type { TaskLife } from './taskLife';

/**
 * Does work on a task. An error of it that nobody foresaw must neither say that nothing was sent where something was, nor
 * lose the task's id.
 * @param life what is known of the task once the work has failed
 * @throws Failure what has gone wrong; an error from before the submit as it is
 */
export async function ofTask<T>(life: () => TaskLife, work: Promise<T>): Promise<T> {
	return await failingWith(work, (error) => knowing(life(), error));
}

function knowing(life: TaskLife, error: unknown): unknown {
	if (error instanceof Failure || error instanceof Halted) return error;
	if ('taskId' in life) return unexpected(error, life.taskId);
	if (life.state === 'planned') return error;
	return submitUnsure(wordsOf(error), false);
}

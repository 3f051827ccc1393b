import type { Task } from '../api/replies';
import { isOver } from '../api/status';

/**
 * Whether an end may not be this task's: the reply neither names it nor brings the links of a completed one. What a proxy
 * or another part of the service calls an error says nothing of the task; but a service may leave the id out everywhere.
 */
export function isDoubtful(task: Task): boolean {
	return isOver(task) && !task.isNamed && !(task.state === 'completed' && task.links.length > 0);
}

/**
 * Whether a reply is believed: a doubtful end is when the reply before said the same.
 * @param before the doubtful end that the reply before told of
 */
export function isBelieved(task: Task, before: Task | undefined): boolean {
	return !isDoubtful(task) || before?.state === task.state;
}

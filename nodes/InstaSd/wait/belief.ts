import type { Task } from '../api/replies';
import { isOver } from '../api/status';

/**
 * Whether a reply is believed. An end is, when it is this task's: the reply names it, or brings the links of a completed
 * one; or when the reply before said the same, because a service may leave the id out. What a proxy or another part of the
 * service calls an error says nothing of the task.
 * @param before the end that the reply before told, and that was not believed
 */
export function isBelieved(task: Task, before: Task | undefined): boolean {
	if (!isOver(task) || task.isNamed) return true;
	if (task.state === 'completed' && task.links.length > 0) return true;
	return before?.state === task.state;
}

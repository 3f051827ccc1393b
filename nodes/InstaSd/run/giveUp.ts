import { Failure } from '../api/failures';
import type { Task } from '../api/replies';

/**
 * The failure of a task that runs longer than its user wants to ask for it; undefined while its time is not up, or where
 * nobody knows when it was submitted.
 * @param known the task's id, and the service's last word on it
 * @param minutes 0 for no end
 * @param now ms since 1970
 */
export function overdue(
	{ id, status }: Pick<Task, 'id' | 'status'>,
	minutes: number,
	submittedAt: string | undefined,
	now: number,
): Failure | undefined {
	if (minutes === 0 || submittedAt === undefined) return undefined;
	if (now - Date.parse(submittedAt) <= minutes * 60_000) return undefined;
	return new Failure({
		code: 'WAIT_TIMEOUT',
		message: `Task ${id} is not finished ${minutes} minutes after it was submitted (${status.slice(0, 50)})`,
		description:
			"The task goes on at the service and is not lost: wait for it with the operation 'Wait for Task' and this id, or give it more time with the option 'Give Up After (Minutes)'.",
		taskId: id,
		status,
	});
}

import { notFinished, type Failure } from '../api/failures';

/**
 * The failure of a task that runs longer than its user wants to ask for it; undefined while its time is not up, or where
 * nobody knows when it was submitted.
 * @param known the task's id, and the service's last word on it, where it had one
 * @param minutes 0 for no end
 * @param now ms since 1970
 */
export function overdue(
	known: { taskId: string; status: string | undefined },
	minutes: number,
	submittedAt: string | undefined,
	now: number,
): Failure | undefined {
	if (minutes === 0 || submittedAt === undefined) return undefined;
	if (now - Date.parse(submittedAt) <= minutes * 60_000) return undefined;
	return notFinished(known, `${minutes} minutes after it was submitted`, 'Give Up After (Minutes)');
}

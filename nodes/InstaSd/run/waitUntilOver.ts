import type { Task } from '../api/replies';
import { trackTask } from '../wait/track';
import type { Options } from './parameters';
import type { Session } from './session';

/** In ms; a shorter interval only burdens the service. */
const shortestInterval = 250;

export interface AwaitedTask {
	taskId: string;
	/** What the service has said of it in this run; undefined when it was not asked yet. */
	task?: Task;
	/** When this try submitted the task, on the clock; undefined when it is older. */
	submittedAt?: number | undefined;
	/** Since when this try waits for it, on the clock; from now on unless given. */
	since?: number;
}

/**
 * Waits until a task is over, well or badly. What it took tells the other tasks of the run how long such a task takes.
 * @throws Failure as {@link trackTask}
 */
export async function waitUntilOver(
	{ service, siblings }: Session,
	{ taskId, task, submittedAt, since }: AwaitedTask,
	{ timeoutSeconds, pollingInterval }: Options,
): Promise<Task> {
	// A task that an earlier try has submitted can have ended meanwhile.
	if (submittedAt === undefined && task?.state === 'completed') return task;
	return await trackTask(service, taskId, {
		timeoutMs: timeoutSeconds * 1000,
		since,
		intervalMs:
			pollingInterval === 0 ? undefined : Math.max(shortestInterval, pollingInterval * 1000),
		siblings,
		submittedAt,
	});
}

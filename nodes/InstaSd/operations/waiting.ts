import type { Task } from '../api/schemas';
import { createSiblings } from '../wait/siblings';
import { trackTask } from '../wait/track';
import type { Options } from './parameters';
import type { Session } from './session';

/** In ms; a shorter interval only burdens the service. */
const shortestInterval = 250;

/** Waits for the tasks of a run; each that ends tells the others how long such a task takes. */
export interface Waiting {
	/** @throws Failure as {@link trackTask} */
	wait(awaited: AwaitedTask, options: Options): Promise<Task>;
}

export interface AwaitedTask {
	taskId: string;
	/** The task as an earlier try's take-up found it; it may have ended meanwhile. */
	takenUp?: Task;
	/** When this try submitted the task, ms since 1970; undefined when it is older. */
	submittedAt?: number | undefined;
}

/** A run in which no task has ended yet. */
export function createWaiting({ calls }: Session): Waiting {
	const siblings = createSiblings();
	return {
		wait: async ({ taskId, takenUp, submittedAt }, options) => {
			if (takenUp?.state === 'completed') return takenUp;
			return await trackTask(calls, taskId, {
				timeoutMs: options.timeoutSeconds * 1000,
				intervalMs:
					options.pollingInterval === 0
						? undefined
						: Math.max(shortestInterval, options.pollingInterval * 1000),
				siblings,
				submittedAt,
			});
		},
	};
}

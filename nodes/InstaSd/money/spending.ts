import * as z from 'zod';

import { endOf, Failure } from '../api/failures';
import { nodeOptions } from '../api/nodeOptions';
import type { Task } from '../api/task';
import { firstFew, truncate } from '../inputs/wording';

/** The most ids that an error names. */
const namedAtMost = 50;

/** In characters, because it is saved with the execution. */
const longestEnd = 200;

const spentSchema = z.object({
	/** The execution, and the run of the node in it. */
	run: z.string(),
	/** How many tasks were sent, without those that certainly created nothing. */
	tasks: z.number(),
	/** Those that failed: where, and how they ended. */
	failed: z.array(
		z.object({ place: z.string(), id: z.string(), status: z.string(), end: z.string() }),
	),
});

type Spent = z.infer<typeof spentSchema>;

/**
 * Counts the tasks that a run of the node has sent in all its tries; 'Task Limit' holds for that. It counts anew in a retry
 * from the list of executions, which a person has decided on, and in the next round of a loop.
 */
export class Spending {
	/** The most tasks that the tries of this run may create; undefined for any number. */
	taskLimit: number | undefined;

	/** Whether a try of this run has sent a task before this one. */
	readonly hasTriedBefore: boolean;

	/** The ids of the tasks that failed in earlier tries. */
	readonly failedBefore: readonly string[];

	private readonly spent: Spent;

	/**
	 * @param store plain JSON, which all tries share; the key `spent` is this one's
	 * @param run names the execution and the run of the node in it
	 */
	constructor(
		private readonly store: Record<string, unknown>,
		run: string,
	) {
		// The object itself, not a copy: a reply that comes after the next try has begun still counts.
		const saved = isSpent(store.spent) && store.spent.run === run ? store.spent : undefined;
		this.hasTriedBefore = saved !== undefined;
		this.spent = saved ?? { run, tasks: 0, failed: [] };
		this.failedBefore = this.failedIds;
	}

	/** The ids of those of all tries that failed. */
	get failedIds(): string[] {
		return this.spent.failed.map(({ id }) => id);
	}

	/**
	 * Counts a task that is about to be sent for the first time.
	 * @throws Failure TASK_FAILED or TASK_LIMIT when the tries of this run have created as many as they may
	 */
	add(place: string): void {
		const { spent, taskLimit } = this;
		if (taskLimit !== undefined && spent.tasks >= taskLimit) throw this.limitReached(place);
		spent.tasks += 1;
	}

	/** Writes down that this run has sent something, whether or not that counts. */
	keep(): void {
		this.store.spent = this.spent;
	}

	/** A task that was counted was not created after all. */
	giveBack(): void {
		this.spent.tasks -= 1;
	}

	failed(place: string, task: Task): void {
		const { id, status } = task;
		if (this.failedIds.includes(id)) return;
		this.spent.failed.push({ place, id, status, end: truncate(endOf(task), longestEnd) });
	}

	private limitReached(place: string): Failure {
		const limit = `'${nodeOptions.taskLimit.label}' (${this.taskLimit}) counts the tasks of all tries`;
		const ids = this.failedIds;
		const named = ids.length === 0 ? '' : `Failed so far: ${firstFew(ids, namedAtMost)}. `;
		const description = `${named}Check the inputs. To go on, retry from the list of executions, which counts from 0, or raise the limit.`;
		const last = this.spent.failed.findLast((one) => one.place === place);
		if (last === undefined) {
			const message = `The task was not sent, because ${limit}`;
			return new Failure({ code: 'TASK_LIMIT', message, description });
		}
		return new Failure({
			code: 'TASK_FAILED',
			message: `Task ${last.id} ${last.end}; no other was created, because ${limit}`,
			description,
			taskId: last.id,
			status: last.status,
			mayNotBeResent: true,
		});
	}
}

function isSpent(saved: unknown): saved is Spent {
	return spentSchema.safeParse(saved).success;
}

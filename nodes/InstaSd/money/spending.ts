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
	/** Those that failed, by the name of their place: their ids, and how the last one ended. */
	failed: z.record(z.object({ ids: z.array(z.string()), status: z.string(), end: z.string() })),
});

type Spent = z.infer<typeof spentSchema>;

/**
 * What a run of the node has spent in all its tries; 'Task Limit' holds for that. It counts anew in a retry from the list of
 * executions, which a person has decided on, and in the next round of a loop.
 */
export class Spending {
	/** The most tasks that the tries of this run may create. */
	taskLimit = Infinity;

	/** Whether an earlier try of this run has sent a task. */
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
		const isSpent = (value: unknown) => spentSchema.safeParse(value).data?.run === run;
		const kept = z.custom<Spent>(isSpent).safeParse(store.spent).data;
		this.spent = kept ?? { run, tasks: 0, failed: {} };
		this.hasTriedBefore = kept !== undefined;
		this.failedBefore = this.failedIds;
	}

	/** The ids of those of all tries that failed. */
	get failedIds(): string[] {
		return Object.values(this.spent.failed).flatMap(({ ids }) => ids);
	}

	/**
	 * Counts a task that is about to be sent.
	 * @throws Failure TASK_FAILED when the tries of this run have created as many as they may
	 */
	add(place: string): void {
		if (this.spent.tasks >= this.taskLimit) throw this.limitReached(place);
		this.spent.tasks += 1;
		this.keep();
	}

	/** Remembers that this run has sent something, also what it does not count. */
	keep(): void {
		this.store.spent = this.spent;
	}

	/** A task that was counted was not created after all. */
	giveBack(): void {
		this.spent.tasks -= 1;
	}

	failed(place: string, task: Task): void {
		const known = this.spent.failed[place]?.ids ?? [];
		if (known.includes(task.id)) return;
		const end = truncate(endOf(task), longestEnd);
		this.spent.failed[place] = { ids: [...known, task.id], status: task.status, end };
	}

	private limitReached(place: string): Failure {
		const ids = this.failedIds;
		const last = this.spent.failed[place];
		const taskId = last?.ids.at(-1);
		const what =
			last === undefined || taskId === undefined
				? 'The task was not sent'
				: `Task ${taskId} ${last.end}; no other was created`;
		const named = ids.length === 0 ? '' : `Failed so far: ${firstFew(ids, namedAtMost)}. `;
		return new Failure({
			code: 'TASK_FAILED',
			message: `${what}, because '${nodeOptions.taskLimit.label}' (${this.taskLimit}) counts the tasks of all tries`,
			description: `${named}Check the inputs. To go on, retry from the list of executions, which counts from 0, or raise the limit.`,
			...(taskId !== undefined && { taskId, status: last?.status }),
			mayNotBeResent: true,
		});
	}
}

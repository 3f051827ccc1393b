import { z } from 'zod';

import type { PlanHashes } from './planHashes';

/**
 * What the ledger knows of a task: its id, or that it was sent and no id came back. The seeds are those that were sent;
 * undefined where other values were sent than are planned now.
 */
export type KnownTask =
	| { kind: 'sent'; taskId: string; seeds: number[] | undefined }
	| { kind: 'unsure' };

/** Which task: the n-th run of the node in this execution, its item, and the item's generation. */
export interface TaskKey {
	runIndex: number;
	item: number;
	generation: number;
}

/** Both hashes, task id (empty until it is known), then the seeds: about 100 bytes of execution data for a task. */
const row = z.tuple([z.string(), z.string()]).rest(z.number());
const isRows = z.record(row);
type Rows = z.infer<typeof isRows>;
const rows = z.custom<Rows>((value) => isRows.safeParse(value).success);

/**
 * The tasks that this execution has paid for. It lives in the node's context, which n8n saves with the execution: a
 * retry finds it, a new execution begins with an empty one.
 */
export class Ledger {
	private readonly rows: Rows;

	/** @param context the node's context; plain JSON is kept in its key `tasks` */
	constructor(context: Record<string, unknown>) {
		// The object itself, not a copy: a reply that comes late, when a retry has begun, is still written down for it.
		const kept = rows.safeParse(context.tasks);
		this.rows = kept.success ? kept.data : {};
		context.tasks = this.rows;
	}

	/** The place of a task. */
	entry({ runIndex, item, generation }: TaskKey, hashes: PlanHashes): LedgerEntry {
		return new LedgerEntry(this.rows, `${runIndex}.${item}.${generation}`, hashes);
	}

	/** Every item of the run has succeeded. */
	clear(runIndex: number): void {
		for (const name of Object.keys(this.rows)) {
			if (name.startsWith(`${runIndex}.`)) delete this.rows[name];
		}
	}
}

/** The place of one task in the ledger. */
export class LedgerEntry {
	constructor(
		private readonly rows: Rows,
		private readonly name: string,
		private readonly hashes: PlanHashes,
	) {}

	/**
	 * What is known of the task from an earlier try. Where both what the user wrote and what it evaluated to have changed
	 * since, it is a new task: an expression such as `{{ $now }}` gives another value in every try, and an edit elsewhere
	 * leaves the values alone.
	 */
	find(): KnownTask | undefined {
		const entry = this.rows[this.name];
		if (entry === undefined) return undefined;
		const [hashes, taskId, ...seeds] = entry;
		const sameValues = hashes.endsWith(this.hashes.values);
		if (!sameValues && !hashes.startsWith(this.hashes.written)) return undefined;
		if (taskId === '') return { kind: 'unsure' };
		return { kind: 'sent', taskId, seeds: sameValues ? seeds : undefined };
	}

	/** To be called before the task is sent, so that whatever happens then, it is not sent again unnoticed. */
	sending(seeds: readonly number[]): void {
		const { written, values } = this.hashes;
		this.rows[this.name] = [`${written}${values}`, '', ...seeds];
	}

	sent(taskId: string): void {
		const [hashes = '', , ...seeds] = this.rows[this.name] ?? [];
		this.rows[this.name] = [hashes, taskId, ...seeds];
	}

	/** The task was certainly not created, or the service reported it as failed: a retry sends it anew. */
	forget(): void {
		delete this.rows[this.name];
	}
}

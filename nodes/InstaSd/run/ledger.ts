import { z } from 'zod';

import type { PlanHashes } from './planHashes';
import { after, type TaskEvent, type TaskLife } from './taskLife';

/**
 * Both hashes with a mark between them, task id (empty until it is known), then the seeds: about 100 bytes of execution
 * data for a task. Of one that was handed on, the beginnings of the hashes and the id are kept: n8n can still refuse the
 * output of the run, and try again.
 */
const row = z.tuple([z.string(), z.string()]).rest(z.number());
type Row = z.infer<typeof row>;
type Rows = Record<string, unknown>;
const rows = z.custom<Rows>((value) => z.record(z.unknown()).safeParse(value).success);

/** Characters of a hash, and of what is kept of it when the task is handed on. */
const hashLength = 16;
const keptOfHash = 4;

/** Marks between the hashes of a task without an id: its submit's name, or why it is unsure. */
const marks = { sending: '>', unsure: '?' };

/** The reason of an unsure task is a line, not a page. */
const longestReason = 100;

/** Of a row that another version has written, or something else: it says no more than that there was a task. */
const unreadable = 'what it has written down cannot be read';

/**
 * The tasks that this execution has paid for. It lives in the node's context, which n8n saves with the execution: a
 * retry finds it, a new execution begins with an empty one.
 */
export class Ledger {
	private readonly rows: Rows;

	/**
	 * @param context the node's context; plain JSON is kept in its key `tasks`
	 * @param runIndex which run of the node it is; what other runs have handed on is no longer needed, and goes
	 */
	constructor(
		context: Record<string, unknown>,
		private readonly runIndex: number,
	) {
		// The object itself, not a copy: a reply that comes late, when a retry has begun, is still written down for it.
		const kept = rows.safeParse(context.tasks);
		this.rows = kept.success ? kept.data : {};
		context.tasks = this.rows;
		for (const [name, entry] of Object.entries(this.rows)) {
			const read = row.safeParse(entry);
			if (read.success && isHandedOn(read.data) && !this.isOfThisRun(name)) delete this.rows[name];
		}
	}

	/** The place of a task. */
	entry(item: number, generation: number, hashes: PlanHashes): LedgerEntry {
		return new LedgerEntry(this.rows, `${this.runIndex}.${item}.${generation}`, hashes);
	}

	private isOfThisRun(name: string): boolean {
		return name.startsWith(`${this.runIndex}.`);
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
	life(): TaskLife {
		const entry = this.sameTask();
		return entry === undefined ? { state: 'planned' } : lifeOf(entry);
	}

	/** The seeds that were sent; undefined where that is not known, or other values were sent than are planned now. */
	sentSeeds(): number[] | undefined {
		const entry = this.sameTask();
		if (entry === undefined || isHandedOn(entry)) return undefined;
		const [hashes, , ...seeds] = entry;
		return hashes.endsWith(this.hashes.values) ? seeds : undefined;
	}

	/**
	 * Writes down that the task is sent. To be called before that happens: whatever happens then, it is not sent again
	 * unnoticed.
	 */
	sending(submit: string, seeds: readonly number[]): void {
		this.write(after(this.life(), { kind: 'sent', submit }), this.hashes, seeds);
	}

	/** Writes down what has happened to the task that was sent, whatever is planned now. */
	note(event: TaskEvent): void {
		const entry = this.row();
		if (entry === undefined) return;
		const [hashes, , ...seeds] = entry;
		const sent = { written: hashes.slice(0, hashLength), values: hashes.slice(-hashLength) };
		const before = lifeOf(entry);
		const life = after(before, event);
		if (life !== before) this.write(life, sent, seeds);
	}

	private sameTask(): Row | undefined {
		const entry = this.row();
		if (entry === undefined) return undefined;
		const [hashes] = entry;
		const { written, values } = this.hashes;
		const isSame = isHandedOn(entry)
			? written.startsWith(hashes.slice(0, keptOfHash)) ||
				values.startsWith(hashes.slice(keptOfHash))
			: hashes.startsWith(written) || hashes.endsWith(values);
		return isSame ? entry : undefined;
	}

	private row(): Row | undefined {
		const kept = this.rows[this.name];
		if (kept === undefined) return undefined;
		const read = row.safeParse(kept);
		if (read.success) return read.data;
		return rowOf({ state: 'unsure', why: unreadable }, this.hashes, []);
	}

	private write(life: TaskLife, hashes: PlanHashes, seeds: readonly number[]): void {
		if (life.state === 'planned') delete this.rows[this.name];
		else this.rows[this.name] = rowOf(life, hashes, seeds);
	}
}

function rowOf(
	life: Exclude<TaskLife, { state: 'planned' }>,
	{ written, values }: PlanHashes,
	seeds: readonly number[],
): Row {
	switch (life.state) {
		case 'sending':
			return [`${written}${marks.sending}${life.submit}${values}`, '', ...seeds];
		case 'unsure':
			return [
				`${written}${marks.unsure}${life.why.slice(0, longestReason)}${values}`,
				'',
				...seeds,
			];
		case 'known':
			return [`${written}${values}`, life.taskId, ...seeds];
		case 'handedOn':
			return [`${written.slice(0, keptOfHash)}${values.slice(0, keptOfHash)}`, life.taskId];
	}
}

function lifeOf(entry: Row): TaskLife {
	const [hashes, taskId] = entry;
	if (taskId !== '') return { state: isHandedOn(entry) ? 'handedOn' : 'known', taskId };
	const mark = hashes.slice(hashLength, -hashLength);
	const rest = mark.slice(1);
	return mark.startsWith(marks.sending)
		? { state: 'sending', submit: rest }
		: { state: 'unsure', why: rest };
}

function isHandedOn([hashes, taskId]: Row): boolean {
	return taskId !== '' && hashes.length < 2 * hashLength;
}

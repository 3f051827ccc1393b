import type { SubmitRecord } from './verdict';

/** More tasks than a day of retries needs; a few MB. */
const maxTasks = 20_000;

/**
 * What this process knows of the tasks of an execution and of all its retries, by the lineage and number of each task. Every
 * retry from n8n's list starts from what the first execution saved: what another retry has paid for since, or pays for at
 * the same time, is known only here. A task can have several records, because its prompt may be edited between two retries.
 */
const records = new Map<string, SubmitRecord[]>();

/**
 * The submits that certainly created nothing, or a task that has failed, by name. Another retry may have copied the record of
 * such a submit into its own execution while it had no reply.
 */
const withoutTask = new Set<string>();

/** A submit that has no reply yet. */
interface Pending {
	reply: Promise<void>;
	resolve: () => void;
}

/** By name. A run that was stopped or has failed no longer waits for them, but they are paid for: a retry waits here. */
const pending = new Map<string, Pending>();

export function submitBegins(submit: string): void {
	let resolve = () => {};
	const reply = new Promise<void>((done) => (resolve = done));
	pending.set(submit, { reply, resolve });
}

export function submitEnds(submit: string): void {
	pending.get(submit)?.resolve();
	pending.delete(submit);
}

/** Resolves when the result of a submit is written down; undefined where it is, or where another process made it. */
export function replyTo(submit: string): Promise<void> | undefined {
	return pending.get(submit)?.reply;
}

/** Remembers that a submit created nothing, or a task that has failed. */
export function leavesNothing({ submit = '' }: SubmitRecord): void {
	withoutTask.add(submit);
	dropOldest(withoutTask);
}

/** Whether a record without a task is of such a submit. */
export function isWithoutTask({ submit, taskId }: SubmitRecord): boolean {
	return submit !== undefined && taskId === undefined && withoutTask.has(submit);
}

/** All records of a task. */
export function recordsOf(task: string): readonly SubmitRecord[] {
	return records.get(task) ?? [];
}

/** Keeps a record, in place of an earlier one of the same submit. When there are too many, the oldest tasks go first. */
export function keep(task: string, record: SubmitRecord): void {
	const others = recordsOf(task).filter(({ submit }) => submit !== record.submit);
	records.delete(task);
	records.set(task, [...others, record]);
	dropOldest(records);
}

function dropOldest(kept: Pick<Set<string>, 'size' | 'keys' | 'delete'>): void {
	// Looking for the oldest takes long where many were deleted.
	if (kept.size <= maxTasks) return;
	const [oldest] = kept.keys();
	if (oldest !== undefined) kept.delete(oldest);
}

/** Drops the records that match, and returns them. */
export function drop(task: string, matches: (record: SubmitRecord) => boolean): SubmitRecord[] {
	const all = recordsOf(task);
	const left = all.filter((record) => !matches(record));
	if (left.length === 0) records.delete(task);
	else records.set(task, left);
	return all.filter(matches);
}

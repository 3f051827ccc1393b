import type { Row } from './ledgerRow';

/** More tasks than a day of retries needs; a few MB. */
const maxTasks = 20_000;

/**
 * What this process knows of the tasks of an execution and of all its retries, by the lineage and place of each task. Every
 * retry from n8n's list starts from what the first execution saved: what another retry has paid for since, or pays for at
 * the same time, is known only here. A task can have several rows, because its prompt may be edited between two retries.
 */
const known = new Map<string, Row[]>();

/**
 * The submits that certainly created nothing, by name: their claims were given back. Another retry may have copied such a
 * claim into its own execution while it was pending.
 */
const givenBack = new Set<string>();

/** Remembers that a submit created nothing. */
export function giveBack(submit: string): void {
	givenBack.add(submit);
	dropOldest(givenBack);
}

/** Whether a submit is known to have created nothing. */
export function isGivenBack({ submit }: Row): boolean {
	return submit !== undefined && givenBack.has(submit);
}

/** All rows of a task. */
export function processRows(place: string): readonly Row[] {
	return known.get(place) ?? [];
}

/** Keeps a row, in place of an earlier one of the same submit. When there are too many, the oldest tasks go first. */
export function keepRow(place: string, row: Row): void {
	const others = processRows(place).filter(({ submit }) => submit !== row.submit);
	known.delete(place);
	known.set(place, [...others, row]);
	dropOldest(known);
}

function dropOldest(kept: Pick<Set<string>, 'size' | 'keys' | 'delete'>): void {
	// Looking for the oldest takes long where many were deleted.
	if (kept.size <= maxTasks) return;
	const [oldest] = kept.keys();
	if (oldest !== undefined) kept.delete(oldest);
}

/** Drops the rows that match. */
export function dropRows(place: string, matches: (row: Row) => boolean): void {
	const left = processRows(place).filter((row) => !matches(row));
	if (left.length === 0) known.delete(place);
	else known.set(place, left);
}

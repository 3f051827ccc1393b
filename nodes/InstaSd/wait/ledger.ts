import { createHash, type Hash } from 'node:crypto';

import { z } from 'zod';

import type { PlannedInput } from '../inputs/plannedInput';

/**
 * What the ledger knows of a task: its id, or that it was sent and no id came back. The seeds are those that were sent;
 * undefined where other values were sent than are planned now.
 */
export type LedgerEntry =
	| { kind: 'sent'; taskId: string; seeds: number[] | undefined }
	| { kind: 'unsure' };

/** What tells a task from another, 16 characters each. */
export interface PlanHashes {
	/** Of what the user wrote, and the item it is for. */
	written: string;
	/** Of what it evaluated to. */
	values: string;
}

/** Which task: the n-th run of the node in this execution, its item, and the item's generation. */
export interface TaskKey {
	runIndex: number;
	item: number;
	generation: number;
}

/**
 * The tasks that this execution has paid for. It lives in the node's context, which n8n saves with the execution: a
 * retry finds it, a new execution begins with an empty one.
 */
export interface Ledger {
	/**
	 * The entry of a task. Where both what the user wrote and what it evaluated to have changed since, it is a new task:
	 * an expression such as `{{ $now }}` gives another value in every try, and an edit elsewhere leaves the values alone.
	 */
	find(key: TaskKey, hashes: PlanHashes): LedgerEntry | undefined;
	/** To be called before a task is sent, so that whatever happens then, it is not sent again unnoticed. */
	sending(key: TaskKey, hashes: PlanHashes, seeds: readonly number[]): void;
	sent(key: TaskKey, taskId: string): void;
	/** The task was certainly not created, or the service reported it as failed: a retry sends it anew. */
	forget(key: TaskKey): void;
	/** Every item of the run has succeeded. */
	clear(runIndex: number): void;
}

/** Both hashes, task id (empty until it is known), then the seeds: about 100 bytes of execution data for a task. */
const row = z.tuple([z.string(), z.string()]).rest(z.number());
const isRows = z.record(row);
const rows = z.custom<z.infer<typeof isRows>>((value) => isRows.safeParse(value).success);

/** @param context the node's context; plain JSON is kept in its key `tasks` */
export function createLedger(context: Record<string, unknown>): Ledger {
	// The object itself, not a copy: a reply that comes late, when a retry has begun, is still written down for it.
	const kept = rows.safeParse(context.tasks);
	const tasks = kept.success ? kept.data : {};
	context.tasks = tasks;
	return {
		find: (key, { written, values }) => {
			const entry = tasks[name(key)];
			if (entry === undefined) return undefined;
			const [hashes, taskId, ...seeds] = entry;
			const sameValues = hashes.endsWith(values);
			if (!sameValues && !hashes.startsWith(written)) return undefined;
			if (taskId === '') return { kind: 'unsure' };
			return { kind: 'sent', taskId, seeds: sameValues ? seeds : undefined };
		},
		sending: (key, { written, values }, seeds) => {
			tasks[name(key)] = [`${written}${values}`, '', ...seeds];
		},
		sent: (key, taskId) => {
			const [hashes = '', , ...seeds] = tasks[name(key)] ?? [];
			tasks[name(key)] = [hashes, taskId, ...seeds];
		},
		forget: (key) => {
			delete tasks[name(key)];
		},
		clear: (runIndex) => {
			for (const key of Object.keys(tasks)) {
				if (key.startsWith(`${runIndex}.`)) delete tasks[key];
			}
		},
	};
}

/** A hash of parts of a plan: text, numbers and plain objects. */
export function hashOf(...parts: readonly unknown[]): string {
	return shortened(createHash('sha256').update(JSON.stringify(parts)));
}

/** A hash of an API and the values planned for it, before seeds are drawn. A file counts as its id, name and size. */
export function valuesHash(baseUrl: string, inputs: readonly PlannedInput[]): string {
	const hash = createHash('sha256').update(baseUrl);
	for (const { id, value } of inputs) {
		hash.update(`\0${id}\0${value.kind}\0`);
		if (value.kind === 'value') hash.update(JSON.stringify(value.value) ?? '');
		if (value.kind === 'file') {
			const { binary, bytes } = value.file;
			hash.update(JSON.stringify([binary.id, binary.fileName, bytes, value.sendAs]));
		}
	}
	return shortened(hash);
}

function shortened(hash: Hash): string {
	return hash.digest('base64url').slice(0, 16);
}

function name({ runIndex, item, generation }: TaskKey): string {
	return `${runIndex}.${item}.${generation}`;
}

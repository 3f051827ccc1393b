import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { PlannedInput } from '../inputs/plannedInput';

/** What the ledger knows of a task: its id, or that it was sent and no id came back. */
export type LedgerEntry = { kind: 'sent'; taskId: string; seeds: number[] } | { kind: 'unsure' };

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
	/** The entry of a task, unless its values have changed since: then it is a new task. */
	find(key: TaskKey, hash: string): LedgerEntry | undefined;
	/** To be called before a task is sent, so that whatever happens then, it is not sent again unnoticed. */
	sending(key: TaskKey, hash: string, seeds: readonly number[]): void;
	sent(key: TaskKey, taskId: string): void;
	/** The task was certainly not created, or the service reported it as failed: a retry sends it anew. */
	forget(key: TaskKey): void;
	/** Every item of the run has succeeded. */
	clear(runIndex: number): void;
}

/** Hash, task id (empty until it is known), then the seeds: about 80 bytes of execution data for a task. */
const row = z.tuple([z.string(), z.string()]).rest(z.number());
const rows = z.record(row);

/** @param context the node's context; plain JSON is kept in its key `tasks` */
export function createLedger(context: Record<string, unknown>): Ledger {
	const tasks = rows.catch({}).parse(context.tasks);
	context.tasks = tasks;
	return {
		find: (key, hash) => {
			const [writtenHash, taskId, ...seeds] = tasks[name(key)] ?? [];
			if (writtenHash !== hash || taskId === undefined) return undefined;
			return taskId === '' ? { kind: 'unsure' } : { kind: 'sent', taskId, seeds };
		},
		sending: (key, hash, seeds) => {
			tasks[name(key)] = [hash, '', ...seeds];
		},
		sent: (key, taskId) => {
			const [hash = '', , ...seeds] = tasks[name(key)] ?? [];
			tasks[name(key)] = [hash, taskId, ...seeds];
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

/**
 * What tells a planned task from another: its API and its values before seeds are drawn. A file counts as its id, name
 * and size.
 */
export function planHash(baseUrl: string, inputs: readonly PlannedInput[]): string {
	const hash = createHash('sha256').update(baseUrl);
	for (const { id, value } of inputs) {
		hash.update(`\0${id}\0${value.kind}\0`);
		if (value.kind === 'value') hash.update(JSON.stringify(value.value) ?? '');
		if (value.kind === 'file') {
			const { binary, bytes } = value.file;
			hash.update(JSON.stringify([binary.id, binary.fileName, bytes, value.sendAs]));
		}
	}
	return hash.digest('base64url').slice(0, 16);
}

function name({ runIndex, item, generation }: TaskKey): string {
	return `${runIndex}.${item}.${generation}`;
}

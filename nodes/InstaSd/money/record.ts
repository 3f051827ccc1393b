import { createHash } from 'node:crypto';

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import { jsonOf, type Known } from '../api/task';
import type { PlannedInput } from '../inputs/inputTypes';
import { attachedTo, jsonWithoutFiles } from '../inputs/itemFiles';

/** What tells one task from another; 8 characters each. */
export interface TaskHashes {
	/** Of what the user wrote, and the item it is for. */
	written: string;
	/** Of what it evaluated to. */
	values: string;
}

/** Returns the function that hashes an item's tasks: as written, and as evaluated, before seeds are drawn. */
export function taskHasher(context: IExecuteFunctions, baseUrl: string) {
	const { inputMode, inputs, inputsJson } = context.getNode().parameters;
	const written = hashOf(baseUrl, inputMode, inputs, inputsJson);
	return (item: number, planned: readonly PlannedInput[]): TaskHashes => {
		const files = [...attachedTo(context, item)].map(([name, file]) => [name, identity(file)]);
		const values = planned.map(({ id, value }) =>
			value.kind === 'file'
				? [id, identity(value.file.binary), value.file.bytes, value.sendAs]
				: [id, value],
		);
		const json = jsonWithoutFiles(context, item);
		return { written: hashOf(written, json, files), values: hashOf(baseUrl, values) };
	};
}

/**
 * What a file is known by: the last part of its id, its name and size, never its content. n8n moves what a webhook, form or
 * chat has brought to another folder when the execution ends, and with it the rest of the id.
 */
function identity({ id = '', fileName, bytes }: IBinaryData) {
	return [id.split(/[/:]/).pop(), fileName, bytes];
}

/** Values that JSON cannot represent, such as circular items, all hash alike. */
function hashOf(...parts: readonly unknown[]): string {
	const hash = createHash('sha256').update(jsonOf(parts) ?? '');
	return hash.digest('base64url').slice(0, 8);
}

/** How many characters of each hash are kept once its task is delivered. */
const deliveredHash = 4;

/**
 * The record of a submit, as the execution saves it: plain JSON, at most 200 bytes, and 100 once its task is delivered. A
 * record with neither `taskId` nor `why` has no reply yet. It is removed only when it is certain that there is no task, or
 * that the task has failed.
 */
const recordSchema = z
	.object({
		written: z.string().optional(),
		values: z.string().optional(),
		/** Names the submit: its date in base 36, and a random part, which is dropped once the task is delivered. */
		submit: z.string().optional(),
		seeds: z.array(z.number()).optional(),
		taskId: z.string().optional(),
		/** Why it is unknown whether there is a task. */
		why: z.string().optional(),
		/** It was unsure, and this is the one further submit that 'Resubmit When Unsure' allows. */
		resubmitted: z.literal(true).optional(),
		/** Every item of its run has succeeded; the beginnings of the two hashes. */
		delivered: z.string().optional(),
	})
	.refine(({ submit, taskId, why }) => [submit, taskId, why].some((known) => known !== undefined));

export type SubmitRecord = z.infer<typeof recordSchema>;

/** Reads what an execution has saved; undefined if another version, or something else, has written it. */
export function readRecord(saved: unknown): SubmitRecord | undefined {
	return recordSchema.safeParse(saved).data;
}

/** Why a task is unsure whose record cannot be read. */
export const unreadable = 'what it has written down cannot be read';

/**
 * What the newest record of a task says of it.
 * @param planned the task as it would be sent now
 * @param reply of a submit that this process is still waiting for
 */
export function knownFrom(
	record: SubmitRecord | undefined,
	planned: TaskHashes,
	reply: Promise<void> | undefined,
): Known {
	if (record === undefined) return { kind: 'new' };
	const { taskId, why, submit, values, resubmitted = false } = record;
	if (taskId !== undefined) {
		const seeds = values === planned.values ? record.seeds : undefined;
		return { kind: 'exists', taskId, seeds, submitDate: dateOf(submit) };
	}
	if (why === undefined && reply !== undefined) return { kind: 'pending', reply };
	// Without a reason, its process has ended, or is another one: the reply will never come here.
	return { kind: 'unsure', why: why ?? 'no reply', wasResubmitted: resubmitted };
}

/**
 * The newest record of a task. A record is of another task if both what the user wrote and what it evaluated to have changed
 * since: an expression such as `{{ $now }}` gives another value in every try, and an edit elsewhere leaves the values alone.
 * @param own of this execution; once it is delivered, it counts
 * @param others of other retries
 */
export function newestRecord(
	own: SubmitRecord | undefined,
	others: readonly SubmitRecord[],
	planned: TaskHashes,
): SubmitRecord | undefined {
	if (own?.delivered !== undefined && isOf(planned, own)) return own;
	let newest: SubmitRecord | undefined;
	for (const record of own === undefined ? others : [own, ...others]) {
		const isNewer = newest === undefined || orderOf(record) > orderOf(newest);
		if (isNewer && isOf(planned, record)) newest = record;
	}
	return newest;
}

function isOf({ written, values }: TaskHashes, record: SubmitRecord): boolean {
	const { delivered = '' } = record;
	return delivered === ''
		? record.written === written || record.values === values
		: written.startsWith(delivered.slice(0, deliveredHash)) ||
				values.startsWith(delivered.slice(deliveredHash));
}

/** Greater for later submits; of the same submit, for the record that knows more. */
function orderOf({ submit = '', taskId, why }: SubmitRecord): string {
	return `${submit} ${taskId !== undefined ? 2 : why !== undefined ? 1 : 0}`;
}

/** The name of a submit: later in the alphabet than that of the one before, even if the computer's clock was set back. */
export function submitName(date: number, before: SubmitRecord | undefined, random: string): string {
	const later = (dateOf(before?.submit) ?? 0) + 1;
	return `${Math.max(date, later).toString(36)}-${random}`;
}

/** The date in the name of a submit, in ms since 1970, up to the latest that a Date can be. */
export function dateOf(submit = ''): number | undefined {
	const date = parseInt(submit, 36);
	return date <= 8.64e15 ? date : undefined;
}

/** The record of a task once it is delivered: n8n can still refuse the output of the run, and try again. */
export function afterDelivery(record: SubmitRecord): SubmitRecord {
	const { taskId, written, values, submit = '' } = record;
	if (taskId === undefined || written === undefined || values === undefined) return record;
	const delivered = written.slice(0, deliveredHash) + values.slice(0, deliveredHash);
	return { taskId, submit: submit.replace(/-.*/, ''), delivered };
}

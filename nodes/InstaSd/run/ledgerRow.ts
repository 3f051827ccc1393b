import * as z from 'zod';

import type { Submitted } from '../wait/submit';

/** What tells one task from another; 8 characters each. */
export interface PlanHashes {
	/** Of what the user wrote, and the item it is for. */
	written: string;
	/** Of what it evaluated to. */
	values: string;
}

/**
 * A task that was sent, or is about to be: plain JSON, at most 200 bytes of the execution's data, and 80 once it is
 * delivered. No row: it may be sent. A row with neither `taskId` nor `why`: its submit is pending. A row is removed only
 * when it is certain that there is no task, or that the task has failed.
 */
export const rowSchema = z
	.object({
		written: z.string().optional(),
		values: z.string().optional(),
		/** Names the submit. Later ones have greater names, so that the newest row of a task can be told. */
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

export type Row = z.infer<typeof rowSchema>;

/** In characters: the reason of an unsure task is a line, not a page. */
const longestReason = 60;

/** Why a task is unsure when another version, or something else, has written its row. */
export const unreadable = 'what it has written down cannot be read';

/** The row of a submit after its reply; undefined where there is certainly no task. */
export function rowAfter(row: Row, result: Submitted): Row | undefined {
	switch (result.kind) {
		case 'created':
			return { ...row, taskId: result.task.id };
		case 'unsure':
			return { ...row, why: result.why.slice(0, longestReason) };
		case 'notCreated':
			return undefined;
	}
}

/** The order of two rows of a task: by submit, and of the same submit the one with more information is later. */
export function compareRows(one: Row, other: Row): number {
	const submits = [one, other].map(({ submit = '' }) => submit);
	if (submits[0] !== submits[1]) return (submits[0] ?? '') < (submits[1] ?? '') ? -1 : 1;
	return knowledge(one) - knowledge(other);
}

function knowledge({ taskId, why }: Row): number {
	if (taskId !== undefined) return 2;
	return why === undefined ? 0 : 1;
}

import { z } from 'zod';
import type { Run } from '../harness/run.mts';

const item = z.object({
	json: z.object({
		error: z
			.object({ code: z.string(), task_id: z.string().nullable(), retryable: z.boolean() })
			.optional(),
		task_id: z.string().optional(),
		message: z.string().optional(),
	}),
	binary: z.record(z.unknown()).optional(),
	pairedItem: z.object({ item: z.number() }),
});
const thrown = z.object({
	name: z.string(),
	message: z.string(),
	description: z.string().optional(),
	errorResponse: z.object({ code: z.string() }).optional(),
});

export interface Seen {
	/** `complete`, with or without files, or the code of the failure. */
	readonly result: string;
	/** As the item tells it. */
	readonly taskId: string | null;
	/** What is said of a failure. */
	readonly text: string;
	readonly isRetryable: boolean;
}

/** What a user sees of an item. */
export function seen(given: unknown): Seen {
	const { json, binary } = item.parse(given);
	const { error, task_id: taskId = null, message: text = '' } = json;
	if (error !== undefined) {
		return { result: error.code, taskId: error.task_id, text, isRetryable: error.retryable };
	}
	const result = binary ? 'complete' : 'complete, without files';
	return { result, taskId, text: '', isRetryable: false };
}

/** What a user sees of the error that ended a run; throws if there is none. */
export function errorOf({ error }: Run): z.infer<typeof thrown> {
	return thrown.parse(error);
}

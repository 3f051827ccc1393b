import { z } from 'zod';
import type { Run } from '../harness/run.mts';

const item = z.object({
	json: z.object({
		error: z.object({ code: z.string(), task_id: z.string().nullable() }).optional(),
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

/** What a user sees of an item. */
export function seen(given: unknown): { result: string; taskId: string | null; text: string } {
	const { json, binary } = item.parse(given);
	const { error, task_id: taskId = null, message = '' } = json;
	if (error !== undefined) return { result: error.code, taskId: error.task_id, text: message };
	return { result: binary ? 'complete' : 'complete, without files', taskId, text: '' };
}

/** What a user sees of the error that ended a run; throws if there is none. */
export function errorOf({ error }: Run): z.infer<typeof thrown> {
	return thrown.parse(error);
}

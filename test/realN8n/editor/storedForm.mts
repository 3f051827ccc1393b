import { z } from 'zod';

/** The parameter `inputs` as a workflow keeps it. */
export const formSchema = z.object({
	mappingMode: z.string().optional(),
	value: z.record(z.unknown()).nullish(),
	schema: z
		.array(
			z
				.object({ id: z.string(), displayName: z.string(), removed: z.boolean().optional() })
				.passthrough(),
		)
		.default([]),
});

export type StoredForm = z.infer<typeof formSchema>;

/** Whether a form counts an input as removed; undefined for one it does not list. */
export function isRemoved({ schema }: StoredForm, input: string): boolean | undefined {
	return schema.find(({ id }) => id === input)?.removed;
}

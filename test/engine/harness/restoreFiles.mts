import type { BinaryDataService } from 'n8n-core';
import type { IRun } from 'n8n-workflow';
import { z } from 'zod';

const file = z.object({ id: z.string().includes('/temp/'), mimeType: z.string() });

/**
 * Moves the files that a webhook, form or chat has brought from "temp" to their execution when that ends, and gives them
 * their new ids in its data, as n8n does (packages/cli/src/execution-lifecycle/restore-binary-data-id.ts).
 */
export async function restoreFiles(
	{ data }: IRun,
	executionId: string,
	binaryData: BinaryDataService,
): Promise<void> {
	const moved = new Map<string, string>();
	const walked = new Set<unknown>();
	const restore = async (value: unknown): Promise<void> => {
		if (typeof value !== 'object' || value === null || walked.has(value)) return;
		walked.add(value);
		const found = file.safeParse(value);
		if (found.success) {
			const [mode = '', from = ''] = found.data.id.split(':');
			const to = from.replace('/temp/', `/${executionId}/`);
			if (!moved.has(from)) {
				moved.set(from, to);
				await binaryData.rename(from, to);
			}
			Reflect.set(value, 'id', `${mode}:${to}`);
		}
		for (const inner of Object.values(value)) await restore(inner);
	};
	await restore(data);
}

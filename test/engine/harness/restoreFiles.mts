import type { BinaryDataService } from 'n8n-core';
import type { IRun } from 'n8n-workflow';
import { z } from 'zod';

const file = z.object({ id: z.string().includes('/temp/'), mimeType: z.string() });

/**
 * Gives the files that a webhook, form or chat has brought the ids that they have when the execution has ended, and moves
 * them, as n8n does (packages/cli/src/execution-lifecycle/restore-binary-data-id.ts).
 * @returns resolves when they are moved; their ids are changed at once
 */
export async function restoreFiles(
	{ data }: IRun,
	executionId: string,
	binaryData: BinaryDataService,
): Promise<void> {
	const moves = new Map<string, string>();
	const walked = new Set<unknown>();
	const restore = (value: unknown): void => {
		if (typeof value !== 'object' || value === null || walked.has(value)) return;
		walked.add(value);
		const found = file.safeParse(value);
		if (found.success) {
			const [mode = '', from = ''] = found.data.id.split(':');
			const to = from.replace('/temp/', `/${executionId}/`);
			moves.set(from, to);
			Reflect.set(value, 'id', `${mode}:${to}`);
		}
		Object.values(value).forEach(restore);
	};
	restore(data);
	// n8n logs what it cannot move, as in a retry of a run that was stopped, and goes on.
	for (const [from, to] of moves) await binaryData.rename(from, to).catch(() => {});
}

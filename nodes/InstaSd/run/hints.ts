import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import type { Session } from './session';

const finishedTask = z.object({ task_id: z.string(), cost: z.number().catch(0) });

export interface Batch {
	items: readonly INodeExecutionData[];
	/** How long it took, in ms. */
	tookMs: number;
	/** How many replies had to be asked for again. */
	repeats: number;
}

/** What a batch came to, in a sentence or two; undefined for less than two tasks. */
export function batchHint({ items, tookMs, repeats }: Batch): string | undefined {
	const costs = new Map<string, number>();
	for (const { json } of items) {
		const task = finishedTask.safeParse(json);
		if (task.success) costs.set(task.data.task_id, task.data.cost);
	}
	const failed = items.filter(
		({ json }) => json.error !== undefined && !('task_id' in json),
	).length;
	if (costs.size + failed < 2) return undefined;
	const cost = [...costs.values()].reduce((sum, each) => sum + each, 0);
	const parts = [
		`${costs.size} tasks completed in ${Math.round(tookMs / 1000)} s`,
		`${Number(cost.toFixed(4))} credits`,
		...(failed === 0 ? [] : [`${failed} failed`]),
		...(repeats === 0 ? [] : [`${repeats} replies had to be asked for again`]),
	];
	return `${parts.join(', ')}.`;
}

/** Shows the hint above the node's output. n8n keeps it when the node succeeds. */
export function showBatchHint(
	{ context, service, startedAt, repeats }: Session,
	items: readonly INodeExecutionData[],
): void {
	const message = batchHint({ items, tookMs: service.clock.now() - startedAt, repeats });
	if (message !== undefined) context.addExecutionHints({ message, location: 'outputPane' });
}

import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { firstFew } from '../inputs/wording';
import type { Notices, Session } from './session';

/** How each notice begins. */
const sentences: Record<keyof Notices, string> = {
	outOfRange: 'Sent as given, although outside the range in the title',
	noLinks: 'Completed without links, so there was no file to download',
	notLinks: 'Not downloaded, because it is not a link',
	noSubmitTime: "Never given up, because the item has no 'submitted_at', which Run Task adds",
	compressed: 'Kept, but completeness could not be verified, because they arrived compressed',
};

/** What the hint after a run tells. */
export interface RunFacts {
	items: readonly INodeExecutionData[];
	/** How long the run waited for its tasks, in ms; undefined when it did not wait. */
	tookMs: number | undefined;
	/** How many calls had to be repeated. */
	retries: number;
	/** Whether this is a manual run that created tasks: the next one creates and charges others. */
	paysAgain: boolean;
	notices: Notices;
}

/** The most tasks, values or files that a sentence names. */
const namedAtMost = 3;

const finishedTask = z.object({
	task_id: z.string(),
	cost: z.number().optional().catch(undefined),
});

/** The hint after a run, one sentence for each thing to tell; undefined when there is nothing. */
export function hintOf(facts: RunFacts): string | undefined {
	const about = (notice: keyof Notices) => {
		const names = [...new Set(facts.notices[notice])];
		return names.length === 0
			? undefined
			: `${sentences[notice]}: ${firstFew(names, namedAtMost)}.`;
	};
	const all = [
		summary(facts),
		about('outOfRange'),
		about('noLinks'),
		about('notLinks'),
		about('noSubmitTime'),
		cannotBePinned(facts),
		about('compressed'),
	].filter((sentence) => sentence !== undefined);
	return all.length === 0 ? undefined : all.join(' ');
}

/**
 * Shows the run's hint above the node's output; n8n keeps it when the node succeeds. A tool shows none: nobody would see it.
 * @param did what the operation does with tasks
 */
export function showHint(
	{ context, isTool, service, startedAt, retries, notices }: Session,
	items: readonly INodeExecutionData[],
	did: { creates: boolean; waits: boolean },
): void {
	if (isTool) return;
	const message = hintOf({
		items,
		tookMs: did.waits ? service.clock.now() - startedAt : undefined,
		retries,
		paysAgain: did.creates && context.getMode() === 'manual',
		notices,
	});
	if (message !== undefined) context.addExecutionHints({ message, location: 'outputPane' });
}

/** How many, how long, what it cost, and how many replies had to be requested again. */
function summary({ items, tookMs, retries }: RunFacts): string | undefined {
	const costs = new Map<string, number | undefined>();
	let failed = 0;
	for (const { json } of items) {
		// Zod is slow to report what is missing, and there may be thousands of items.
		if (!('task_id' in json)) failed += json.error === undefined ? 0 : 1;
		else {
			const task = finishedTask.safeParse(json);
			if (task.success) costs.set(task.data.task_id, task.data.cost);
		}
	}
	if (tookMs === undefined || costs.size + failed === 0) return undefined;
	const known = [...costs.values()].filter((cost) => cost !== undefined);
	const cost = known.reduce((sum, each) => sum + each, 0);
	const parts = [
		`${counted(costs.size, 'task')} completed in ${Math.round(tookMs / 1000)} s`,
		...(known.length === 0 ? [] : [`${Number(cost.toFixed(4))} credits`]),
		...(failed === 0 ? [] : [`${failed} failed`]),
		...(retries === 0 ? [] : [`${counted(retries, 'reply', 'replies')} had to be requested again`]),
	];
	return `${parts.join(', ')}.`;
}

function cannotBePinned({ items, paysAgain }: RunFacts): string | undefined {
	const withFile = items.find(({ binary }) => binary !== undefined);
	const task = finishedTask.safeParse(withFile?.json);
	return paysAgain && task.success
		? `n8n cannot pin output with files, and each 'Execute step' creates and charges new tasks. To keep working with this one, use the operation 'Wait for Task' with its id, ${task.data.task_id}; or turn 'Download Files' off, run once more and pin the output.`
		: undefined;
}

function counted(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}

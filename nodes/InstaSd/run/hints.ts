import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { firstFew } from '../api/firstFew';
import type { Remark } from './remarks';
import type { Session } from './session';

/** What a run's hint is made of. */
export interface RunFacts {
	items: readonly INodeExecutionData[];
	/** How long the run waited for its tasks, in ms; undefined when it did not wait. */
	tookMs: number | undefined;
	/** How many replies had to be asked for again. */
	repeats: number;
	/** Whether this is a manual run that created tasks: the next one creates and charges others. */
	paysAgain: boolean;
	remarks: readonly Remark[];
}

/** How many tasks, values or files a sentence names. */
const namedAtMost = 3;

const finishedTask = z.object({
	task_id: z.string(),
	cost: z.number().optional().catch(undefined),
});

/** All that is to be said after a run, a sentence each; undefined when there is nothing. */
export function hintOf(facts: RunFacts): string | undefined {
	const sentences = [
		summary(facts),
		outOfRange(facts.remarks),
		withoutLinks(facts.remarks),
		neverGivenUp(facts.remarks),
		cannotBePinned(facts),
		compressed(facts.remarks),
	].filter((sentence) => sentence !== undefined);
	return sentences.length === 0 ? undefined : sentences.join(' ');
}

/**
 * Shows the run's hint above the node's output; n8n keeps it when the node succeeds. A tool has nobody who would see it.
 * @param did what the operation does with tasks
 */
export function showHint(
	{ context, isTool, service, startedAt, repeats, remarks }: Session,
	items: readonly INodeExecutionData[],
	did: { creates: boolean; waits: boolean },
): void {
	if (isTool) return;
	const message = hintOf({
		items,
		tookMs: did.waits ? service.clock.now() - startedAt : undefined,
		repeats,
		paysAgain: did.creates && context.getMode() === 'manual',
		remarks,
	});
	if (message !== undefined) context.addExecutionHints({ message, location: 'outputPane' });
}

/** How many, how long, what it cost, and how many replies had to be asked for again. */
function summary({ items, tookMs, repeats }: RunFacts): string | undefined {
	const costs = new Map<string, number | undefined>();
	for (const { json } of items) {
		// Zod takes its time to say what an item lacks, and there may be thousands.
		if (!('task_id' in json)) continue;
		const task = finishedTask.safeParse(json);
		if (task.success) costs.set(task.data.task_id, task.data.cost);
	}
	const failed = items.filter(
		({ json }) => json.error !== undefined && !('task_id' in json),
	).length;
	if (tookMs === undefined || costs.size + failed === 0) return undefined;
	const known = [...costs.values()].filter((cost) => cost !== undefined);
	const cost = known.reduce((sum, each) => sum + each, 0);
	const parts = [
		`${counted(costs.size, 'task')} completed in ${Math.round(tookMs / 1000)} s`,
		...(known.length === 0 ? [] : [`${Number(cost.toFixed(4))} credits`]),
		...(failed === 0 ? [] : [`${failed} failed`]),
		...(repeats === 0 ? [] : [`${counted(repeats, 'reply', 'replies')} had to be asked for again`]),
	];
	return `${parts.join(', ')}.`;
}

function outOfRange(remarks: readonly Remark[]): string | undefined {
	const values = remarks.flatMap((remark) =>
		remark.kind === 'outOfRange' ? [`${String(remark.value)} for '${remark.title}'`] : [],
	);
	return values.length === 0
		? undefined
		: `Sent as given, though outside the range in the title: ${named(values)}.`;
}

function withoutLinks(remarks: readonly Remark[]): string | undefined {
	const ids = remarks.flatMap((remark) => (remark.kind === 'noLinks' ? [remark.taskId] : []));
	return ids.length === 0
		? undefined
		: `Completed without a link to any file, so there is none to fetch: ${named(ids)}.`;
}

function neverGivenUp(remarks: readonly Remark[]): string | undefined {
	const ids = remarks.flatMap((remark) => (remark.kind === 'noSubmitTime' ? [remark.taskId] : []));
	return ids.length === 0
		? undefined
		: `Never given up, because the item does not say in 'submitted_at', as Run Task does, since when it runs: ${named(ids)}.`;
}

function cannotBePinned({ items, paysAgain }: RunFacts): string | undefined {
	const withFile = items.find(({ binary }) => binary !== undefined);
	const task = finishedTask.safeParse(withFile?.json);
	return paysAgain && task.success
		? `n8n cannot pin output with files, and each 'Execute step' creates and charges new tasks: to go on building with this one, use the operation 'Wait for Task' with its id, ${task.data.task_id}; or switch 'Download Files' off, run once more and pin.`
		: undefined;
}

function compressed(remarks: readonly Remark[]): string | undefined {
	const files = remarks.flatMap((remark) =>
		remark.kind === 'compressed' ? [`'${remark.fileName}'`] : [],
	);
	return files.length === 0
		? undefined
		: `Kept, though they came compressed, so that nothing tells whether they are whole: ${named(files)}.`;
}

/** The first few of a list, each once, and how many more there are. */
function named(all: readonly string[]): string {
	return firstFew([...new Set(all)], namedAtMost);
}

function counted(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}

import type { NodeTime } from '../nodeTime.mts';
import { itemsOf, promptOfItem } from '../stage.mts';
import type { ToolStage } from '../toolStage.mts';
import { nodeName } from '../workflows.mts';

/** Runs that come at once; the tasks of their items take four seconds, and run at the same time. */
const runs = 3;
const items = itemsOf(...['u', 'v', 'w', 'x', 'y', 'z'].map((prompt) => ({ prompt })));
/** In ms: they start with ten requests a second, and need about 160. */
const longest = 15_000;

/**
 * When a story is over in which the service answered 429, and all is well again: the runs that come then share what the
 * node knows of the service. In words, which of them lose an item or have to wait.
 */
export async function starvedAfterwards(stage: ToolStage, time: NodeTime): Promise<string[]> {
	const { emulator } = stage;
	if (!emulator.requests().some(({ status }) => status === 429)) return [];
	const options = { tasksAtOnce: items.length };
	const startedAt = time.now();
	const played = await Promise.all(
		Array.from({ length: runs }, async () => {
			const run = await stage.run({ ...promptOfItem, options }, { items, mode: 'trigger' });
			return { completed: run.output(nodeName).length, tookMs: time.now() - startedAt };
		}),
	);
	return played
		.filter(({ completed, tookMs }) => completed < items.length || tookMs > longest)
		.map(({ completed, tookMs }) => `A later run has ${completed} items after ${tookMs} ms`);
}

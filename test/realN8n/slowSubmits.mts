import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { samples } from './apis.mts';
import { eventually } from './eventually.mts';
import type { LogLine } from './jsonLog.mts';
import { instaSdNode, nodeName } from './nodes.mts';
import type { Stage } from './stage.mts';

/** Longer than an n8n on a busy machine takes to end a run, in ms. */
export const submitAnswerMs = 15_000;

/** The node with the samples of "every kind", which makes three tasks of an item. */
export function threeGenerations(credential: SavedCredential): WorkflowNode {
	const node = instaSdNode(credential);
	const inputs = { mappingMode: 'defineBelow', value: samples, schema: [] };
	const options = { generationsPerItem: 3 };
	return { ...node, parameters: { ...node.parameters, inputs, options } };
}

/** From now on the service takes a task at once, and says so only after {@link submitAnswerMs}. */
export function answerSubmitsLate({ emulator }: Stage): void {
	emulator.addFault({ call: 'submit', kind: 'slow', delayMs: submitAnswerMs, times: Infinity });
}

/** The ids of the tasks, once the service has taken `count` and the node waits for the replies. */
export async function submitsUnderWay({ emulator }: Stage, count: number): Promise<string[]> {
	return await eventually(async () => {
		const { perTask, openRequests } = emulator.statistics();
		if (perTask.length === count && openRequests === count) return perTask.map(({ id }) => id);
		throw new Error(`${count} submits should be under way: ${perTask.length}, ${openRequests}`);
	});
}

/** What the node writes into the log of n8n when it has the id of a task. */
export function idLine(task: string, execution: string): LogLine {
	const message = `InstaSD: '${nodeName}' has task ${task} for item 0 (execution ${execution})`;
	return { level: 'info', message };
}

import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import {
	finishedExecution,
	outputItems,
	type Execution,
	type Item,
} from '../../sandbox/n8n/executions.mts';
import { runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { instaSdNode, manually, nodeName, saveNodes } from '../realN8n/nodes.mts';
import type { Stage } from '../realN8n/stage.mts';

/** A node of n8n's own, at a version that every n8n 2 has. */
export function baseNode(name: string, type: string, version: number, parameters = {}) {
	return { name, type: `n8n-nodes-base.${type}`, typeVersion: version, parameters };
}

/** The InstaSD node; settings such as `onError` stand beside its parameters. */
export function instaSd(
	credential: SavedCredential,
	parameters: Record<string, unknown>,
	{ name = nodeName, ...settings }: { name?: string; [setting: string]: unknown } = {},
): WorkflowNode {
	return {
		...instaSdNode(credential),
		name,
		parameters,
		...settings,
	};
}

/**
 * Saves a workflow that begins with a trigger and a number of items, `{ "number": 1 }` and on, for the
 * first of the nodes.
 * @returns its id
 */
export async function saveWorkflow(
	stage: Stage,
	nodes: WorkflowNode[],
	{ items = 1, connections }: { items?: number; connections?: Record<string, unknown> } = {},
): Promise<string> {
	const numbers = Array.from({ length: items }, (_, index) => index + 1);
	const first = [
		manually,
		baseNode('Numbers', 'set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ number: numbers }),
			options: {},
		}),
		baseNode('Items', 'splitOut', 1, { fieldToSplitOut: 'number', options: {} }),
	];
	return await saveNodes(stage, [...first, ...nodes], connections);
}

/** Runs a saved workflow to its end. */
export async function runToEnd({ session }: Stage, workflow: string): Promise<Execution> {
	return await finishedExecution(session, await runWorkflow(session, workflow, manually.name));
}

/** What the InstaSD node gave. */
export function jsonOf(execution: Execution, name = nodeName, output?: number): Item['json'][] {
	return outputItems(execution, name, output).map(({ json }) => json);
}

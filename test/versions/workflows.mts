import { NODE_TYPE, type SavedCredential } from '../../sandbox/n8n/examples.mts';
import {
	finishedExecution,
	outputItems,
	type Execution,
	type Item,
} from '../../sandbox/n8n/executions.mts';
import { createWorkflow, runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import type { Stage } from '../realN8n/stage.mts';

export const nodeName = 'InstaSD';

/** Targets of a node's outputs: names by output. */
export type Connections = Record<string, string[][]>;

/** A node of n8n's own, at a version that every n8n 2 has. */
export function baseNode(name: string, type: string, version: number, parameters = {}) {
	return node(name, `n8n-nodes-base.${type}`, version, parameters);
}

/** The InstaSD node; settings such as `onError` stand beside its parameters. */
export function instaSd(
	credential: SavedCredential,
	parameters: Record<string, unknown>,
	{ name = nodeName, ...settings }: { name?: string; [setting: string]: unknown } = {},
): WorkflowNode {
	return {
		...node(name, NODE_TYPE, 1, parameters),
		credentials: { instaSdApi: credential },
		...settings,
	};
}

/**
 * Saves a workflow that begins with a trigger and so many items, `{ "number": 1 }` and on, for the
 * first of the nodes.
 * @returns its id
 */
export async function saveWorkflow(
	{ session }: Stage,
	nodes: WorkflowNode[],
	{ items = 1, connections }: { items?: number; connections?: Connections } = {},
): Promise<string> {
	const numbers = Array.from({ length: items }, (_, index) => index + 1);
	const first = [
		baseNode('Start', 'manualTrigger', 1),
		baseNode('Numbers', 'set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ number: numbers }),
			options: {},
		}),
		baseNode('Items', 'splitOut', 1, { fieldToSplitOut: 'number', options: {} }),
	];
	const all = [...first, ...nodes];
	const oneByOne = Object.fromEntries(
		all.slice(0, -1).map(({ name }, index) => [name, [[all[index + 1]?.name ?? '']]]),
	);
	const saved = await createWorkflow(session, {
		name: nodes.map(({ name }) => name).join(', '),
		settings: { executionOrder: 'v1' },
		nodes: all,
		connections: Object.fromEntries(
			Object.entries({ ...oneByOne, ...connections }).map(([from, outputs]) => [
				from,
				{ main: outputs.map((targets) => targets.map(to)) },
			]),
		),
	});
	return saved.id;
}

/** Runs a saved workflow to its end. */
export async function runToEnd({ session }: Stage, workflow: string): Promise<Execution> {
	return await finishedExecution(session, await runWorkflow(session, workflow, 'Start'));
}

/** What the InstaSD node gave. */
export function jsonOf(execution: Execution, name = nodeName, output?: number): Item['json'][] {
	return outputItems(execution, name, output).map(({ json }) => json);
}

function to(name: string) {
	return { node: name, type: 'main', index: 0 };
}

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}

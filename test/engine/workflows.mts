import type { INode } from 'n8n-workflow';
import { readWorkflow, withParameters, type WorkflowFile } from './harness/workflowFile.mts';

export type NodeSettings = Partial<INode>;

export const textToImage = readWorkflow('test/engine/savedWorkflows/textToImage.json');
export const nodeName = 'InstaSD';

/** Ids of the inputs of "text to image". */
export const ids = {
	prompt: '7b7fae99f81ef925',
	width: 'b0c46c069a9e96c8',
	seed: '94c18e9e703d2087',
	image: '8428ca86f40f597d',
} as const;

/** The example with some settings of its node changed. */
export function workflowWith(settings: NodeSettings): WorkflowFile {
	return {
		...textToImage,
		nodes: textToImage.nodes.map((node) =>
			node.name === nodeName ? { ...node, ...settings } : node,
		),
	};
}

/** The example's trigger, and then nodes like its node, each with its own name and parameters, one after the other. */
export function chainOf(...links: Array<NodeSettings & { name: string }>): WorkflowFile {
	const names = [trigger.name, ...links.map(({ name }) => name)];
	return {
		...textToImage,
		nodes: [trigger, ...links.map(likeNode)],
		connections: Object.fromEntries(
			names.slice(0, -1).map((name, index) => [name, { main: [to(names[index + 1])] }]),
		),
	};
}

/** The example's node inside "Loop Over Items". */
export function loopAround(batchSize: number, settings: NodeSettings = {}): WorkflowFile {
	const loop: INode = {
		id: 'loop',
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		position: [0, 0],
		parameters: { batchSize },
	};
	const done = { ...loop, id: 'done', name: 'Done', type: 'n8n-nodes-base.noOp', typeVersion: 1 };
	return {
		...textToImage,
		nodes: [trigger, loop, done, likeNode({ name: nodeName, ...settings })],
		connections: {
			[trigger.name]: { main: [to('Loop')] },
			Loop: { main: [to('Done'), to(nodeName)] },
			[nodeName]: { main: [to('Loop')] },
		},
	};
}

const trigger = nodeWhere(({ type }) => type.endsWith('Trigger'), textToImage);

function likeNode({ parameters = {}, ...settings }: NodeSettings & { name: string }): INode {
	const changed = withParameters(textToImage, { [nodeName]: parameters });
	const node = nodeWhere(({ name }) => name === nodeName, changed);
	return { ...node, id: settings.name, ...settings };
}

function nodeWhere(fits: (node: INode) => boolean, { nodes }: WorkflowFile): INode {
	const node = nodes.find(fits);
	if (!node) throw new Error('The workflow lacks a node');
	return node;
}

function to(node = '') {
	return [{ node, type: 'main' as const, index: 0 }];
}

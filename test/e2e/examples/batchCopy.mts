import type { SavedCredential } from '../../../sandbox/n8n/examples.mts';
import type { SavedWorkflow, WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import type { Stage } from '../../realN8n/stage.mts';
import { withParameters } from './exampleStage.mts';

/** The trigger of the example, and what it calls its list. */
export const everyNight = 'Every night';
export const listName = 'instasd_batch';

/** What the example is given to make. */
export interface BatchRow {
	row_id: string;
	prompt: string;
}

/** `count` rows, each with its own prompt. */
export function numberedRows(count: number): BatchRow[] {
	return Array.from({ length: count }, (_, index) => ({
		row_id: `row ${index + 1}`,
		prompt: `A house with ${index + 1} windows`,
	}));
}

/** How a copy of examples/batch.json differs. */
export interface BatchCopy {
	/** Its list, so that no other copy's rows are in it. */
	list: string;
	/** The example's own four when not given; none switches them off, for rows typed into the list. */
	rows?: BatchRow[];
	/** What *Monthly cap* is set to: credits for a month (0: no cap), and for a task (0: not known). */
	cap?: { month?: number; task?: number };
	/** What is put into other nodes' parameters, as JSON: by the node's name, `[piece, other]`. */
	changes?: Record<string, [piece: string, other: string]>;
}

/** Imports examples/batch.json with a credential and a list of its own. */
export async function importBatch(
	stage: Stage,
	credential: SavedCredential,
	{ list, rows, cap, changes = {} }: BatchCopy,
): Promise<SavedWorkflow> {
	return await importExample(stage, 'batch', credential, (node) => {
		const change = changes[node.name];
		const changed = change === undefined ? node : withParameters(node, ...change);
		return withCap(withRows(withList(changed, list), rows), cap);
	});
}

function withCap(
	node: WorkflowNode,
	{ month = 100, task = 0 }: BatchCopy['cap'] = {},
): WorkflowNode {
	if (node.name !== 'Monthly cap') return node;
	const [aMonth, aTask] = ['"credits_a_month","value":', '"credits_a_task","value":'];
	const capped = withParameters(node, `${aMonth}100`, `${aMonth}${month}`);
	return withParameters(capped, `${aTask}0`, `${aTask}${task}`);
}

function withList(node: WorkflowNode, list: string): WorkflowNode {
	const isTable = node.type === 'n8n-nodes-base.dataTable';
	return isTable ? withParameters(node, `"${listName}"`, `"${list}"`) : node;
}

function withRows(node: WorkflowNode, rows: BatchRow[] | undefined): WorkflowNode {
	if (rows === undefined) return node;
	if (rows.length === 0 && ['Your rows', 'Rows', 'Add to the list'].includes(node.name)) {
		return { ...node, disabled: true };
	}
	if (node.name !== 'Your rows') return node;
	const value = JSON.stringify(rows);
	const assignments = [{ id: 'rows', name: 'rows', value, type: 'array' }];
	return { ...node, parameters: { ...node.parameters, assignments: { assignments } } };
}

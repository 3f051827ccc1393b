import type { SavedCredential } from '../../../sandbox/n8n/examples.mts';
import type { SavedWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import type { Stage } from '../../realN8n/stage.mts';

/** The trigger of examples/batch.json. */
export const everyNight = 'Every night';

/** What the example is given to make. */
export interface BatchRow {
	row_id: string;
	prompt: string;
}

/** `count` rows, each with its own prompt; rows of another prefix are others in the list that all share. */
export function numberedRows(count: number, prefix: string): BatchRow[] {
	return Array.from({ length: count }, (_, index) => ({
		row_id: `${prefix} ${index + 1}`,
		prompt: `A house with ${index + 1} windows`,
	}));
}

/** Imports examples/batch.json with rows of its own. */
export async function importBatch(
	stage: Stage,
	credential: SavedCredential,
	rows: BatchRow[],
): Promise<SavedWorkflow> {
	return await importExample(stage, 'batch', credential, (node) => {
		if (node.name !== 'Your rows') return node;
		const value = JSON.stringify(rows);
		const assignments = [{ id: 'rows', name: 'rows', value, type: 'array' }];
		return { ...node, parameters: { ...node.parameters, assignments: { assignments } } };
	});
}

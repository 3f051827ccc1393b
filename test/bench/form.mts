import { formFields } from '../../sandbox/n8n/dynamicFields.mts';
import { apiWith } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { openStage } from '../realN8n/stage.mts';

/** How long the form of an API takes, from the editor's question to the fields. */
export interface FormRow {
	inputs: number;
	/** Milliseconds, of all repeats. */
	median: number;
	fastest: number;
	slowest: number;
}

const counts = [10, 40, 200];

/** Asks a real n8n for the form as the editor does. */
export async function measureForm(repeats = 20): Promise<FormRow[]> {
	const stage = await openStage(counts.map(apiWith));
	try {
		const rows: FormRow[] = [];
		for (const inputs of counts) {
			const credential = await stage.credentialFor(stage.api(apiWith(inputs).name));
			const node = instaSdNode(credential);
			// The first question warms n8n up.
			await formFields(stage.session, node);
			const times: number[] = [];
			for (let repeat = 0; repeat < repeats; repeat++) {
				const start = performance.now();
				await formFields(stage.session, node);
				times.push(performance.now() - start);
			}
			rows.push({ inputs, ...summary(times) });
		}
		return rows;
	} finally {
		await stage.close();
	}
}

function summary(times: number[]): Omit<FormRow, 'inputs'> {
	const sorted = times.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return {
		median: sorted[middle] ?? Number.NaN,
		fastest: sorted[0] ?? Number.NaN,
		slowest: sorted.at(-1) ?? Number.NaN,
	};
}

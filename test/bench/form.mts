import { formFields } from '../../sandbox/n8n/session.mts';
import { apiWith } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import { median, ms, type Figure } from './figures.mts';

const counts = [10, 40, 200];
const repeats = 20;

/** How long the form of an API takes in a real n8n, from the editor's question to the fields. */
export async function formFigures(): Promise<Figure[]> {
	const stage = await openStage(counts.map(apiWith));
	try {
		const figures: Figure[] = [];
		for (const inputs of counts) {
			const took = median(await timesOf(stage, inputs));
			figures.push({
				what: `${inputs} inputs, median of ${repeats}`,
				goal: inputs === 40 ? '≤ 300 ms' : '',
				figure: ms(took),
				...(inputs === 40 ? { met: took <= 300 } : {}),
			});
		}
		return figures;
	} finally {
		await stage.close();
	}
}

async function timesOf(stage: Stage, inputs: number): Promise<number[]> {
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
	return times;
}

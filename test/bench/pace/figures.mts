import type { Figure } from '../figures.mts';
import { classes, lateGoals, questionGoals, tasksPerFigure, type TaskClass } from './classes.mts';
import { measureBatches, measureClass } from './measure.mts';

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const times = (ratio: number) => `${ratio.toFixed(2)} ×`;

/** How tasks of all classes and lengths are followed, beside the ways of other SDKs, in virtual time. */
export async function paceFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const [durationMs, goal] of questionGoals) {
		for (const kind of classes) figures.push(await classFigure(kind, durationMs, goal));
	}
	return figures;
}

/** 100 tasks of about 3 s, 20 at once. */
export async function batchPaceFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const network of ['none', 'internet'] as const) {
		for (const steps of [20, null]) {
			const own = await measureBatches(steps, network);
			const sdk = await measureBatches(steps, network, 'every 500 ms');
			figures.push({
				what: `100 tasks × 3 s, 20 at once, ${steps === null ? 'no steps' : 'steps'}, ${network === 'none' ? 'no network' : 'across the internet'}: time / ideal`,
				goal: network === 'none' ? '≤ 1.05' : '',
				figure: `${own.wallRatio.toFixed(3)} (every 500 ms: ${sdk.wallRatio.toFixed(3)}), ${times(own.questions / sdk.questions)} its questions`,
				...(network === 'none' ? { met: own.wallRatio <= 1.05 } : {}),
			});
		}
	}
	return figures;
}

async function classFigure(kind: TaskClass, durationMs: number, goal: number): Promise<Figure> {
	const measure = async (...how: [way?: Parameters<typeof measureClass>[3], network?: 'none']) =>
		await measureClass(kind, durationMs, tasksPerFigure, ...how);
	const own = await measure();
	const sdk = await measure('every 500 ms');
	const comfy = await measure('0.5 s × 1.5, at most 5 s');
	const ownAtHome = await measure('node', 'none');
	const sdkAtHome = await measure('every 500 ms', 'none');
	const ratio = ownAtHome.questions / sdkAtHome.questions;
	const { late } = own;
	return {
		what: `${durationMs / 1000} s, ${kind.name}`,
		goal: goal === Infinity ? 'late' : `late; ≤ ${goal} ×`,
		figure: [
			`late ${seconds(late.median)} / ${seconds(late.of95)} / ${seconds(late.worst)}, ${(own.tooLate * 100).toFixed(0)} % too late`,
			`${times(ratio)} (${times(own.questions / sdk.questions)} across the internet)`,
			`Comfy's SDKs: ${seconds(comfy.late.of95)}, ${times(comfy.questions / sdk.questions)}`,
		].join('; '),
		met: own.tooLate <= lateGoals.share && late.worst <= lateGoals.worstMs && ratio <= goal,
	};
}

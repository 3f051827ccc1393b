import type { Figure } from '../figures.mts';
import { classes, pollGoals, tasksPerFigure } from './classes.mts';
import { measureClass } from './measure.mts';

/** Overshoot and polls of all classes of synthetic tasks; `npx tsx test/bench/pace/report.mts` tells more. */
export async function paceFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const [durationMs, allowed] of pollGoals) {
		for (const kind of classes) {
			const { overshoot, ofAllowed, polls } = await measureClass(kind, durationMs, tasksPerFigure);
			const known = kind.unknowable === true ? ' (nothing tells when it ends)' : '';
			figures.push({
				what: `${durationMs / 1000} s, ${kind.name}${known}: median overshoot, polls`,
				goal: `≤ 3 % of queue and work, ≤ ${allowed}`,
				figure: `${(overshoot.median / 1000).toFixed(1)} s (${(ofAllowed * 3).toFixed(1)} %), ${polls.median}`,
				met: ofAllowed <= 1 && polls.median <= allowed,
			});
		}
	}
	return figures;
}

import type { Figure } from '../figures.mts';
import { classes } from './classes.mts';
import { measureClass } from './measure.mts';

const tasksPerRow = 15;
const goals = [
	{ durationMs: 60_000, polls: 10 },
	{ durationMs: 600_000, polls: 25 },
];

/** Overshoot and polls of all classes of synthetic tasks; `npx tsx test/bench/pace/report.mts` tells more. */
export async function paceFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const { durationMs, polls: allowed } of goals) {
		for (const kind of classes) {
			const { overshoot, ofAllowed, polls } = await measureClass(kind, durationMs, tasksPerRow);
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

import type { Figure } from './figures.mts';
import { playScenario, scenarios, type Outcome, type Scenario } from './pace/rates.mts';

/** How fast tasks go on while a service answers 429, and after it. */
export async function requestRateFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const scenario of scenarios) {
		const outcome = await playScenario(scenario);
		const { goal } = scenario;
		figures.push({
			what: scenario.what,
			goal: goal === undefined ? '' : `≤ ${goal.seconds} s; ≤ ${goal.refused}`,
			figure: told(outcome, scenario),
			...(goal && {
				met: outcome.wallMs <= goal.seconds * 1000 && outcome.refused <= goal.refused,
			}),
		});
	}
	return figures;
}

function told({ wallMs, refused, late }: Outcome, { idealMs }: Scenario): string {
	const seconds = (wallMs / 1000).toFixed(1);
	const times = (wallMs / idealMs).toFixed(2);
	return `${seconds} s, ${times} × ideal; ${refused}; late ${late.of95.toFixed(1)}, ${late.worst.toFixed(1)}`;
}

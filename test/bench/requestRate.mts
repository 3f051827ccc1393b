import { startEmulator } from '../../sandbox/emulator/server.mts';
import { createEngine } from '../engine/harness/engine.mts';
import { nodeName, textToImage } from '../engine/workflows.mts';
import type { Figure } from './figures.mts';
import { playScenario, scenarios, type Outcome, type Scenario } from './pace/rates.mts';
import { InstaSd, InstaSdApi } from './shipped.mts';

/** How fast tasks go on while a service answers 429, and after it. */
export async function requestRateFigures(): Promise<Figure[]> {
	const figures = [await afterHiccup()];
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

const batch = { tasks: 40, atOnce: 10, durationMs: 2_000 };
const mostTimes = 1.15;

/** Over HTTP: a batch, after two 429s to the only task of another run. */
async function afterHiccup(): Promise<Figure> {
	const engine = await createEngine({
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const { tasks, atOnce, durationMs } = batch;
	const emulator = await startEmulator({ behaviour: { durationMs, images: 0 } });
	const { apiUrl, token, requestExample } = emulator;
	const run = async (count: number) => {
		const options = { generationsPerItem: count, tasksAtOnce: atOnce };
		const startedAt = performance.now();
		const { error } = await engine.run(textToImage, {
			parameters: { [nodeName]: { downloadFiles: false, options } },
			credentials: {
				'instasd-text-to-image': { setup: 'manual', apiUrl, apiToken: token, requestExample },
			},
		});
		if (error !== undefined) throw new Error('The run failed', { cause: error });
		return performance.now() - startedAt;
	};
	try {
		emulator.addFault({ call: 'status', kind: 'status', status: 429, times: 2 });
		await run(1);
		const ratio = (await run(tasks)) / ((tasks / atOnce) * durationMs);
		return {
			what: '40 tasks × 2 s, 10 at once, after two 429s to another run: time / ideal',
			goal: `≤ ${mostTimes}`,
			figure: ratio.toFixed(2),
			met: ratio <= mostTimes,
		};
	} finally {
		await Promise.all([engine.close(), emulator.close()]);
	}
}

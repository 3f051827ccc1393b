import { seededRandom } from '../../../sandbox/emulator/random.mts';
import type { Figure } from '../figures.mts';
import { quantile, ways } from './measure.mts';
import { simulate } from './simulate.mts';

interface Crowd {
	tasks: number;
	atOnce: number;
	workMs: number;
}

/** Many tasks that wait at once, in virtual time. */
export async function crowdFigures(): Promise<Figure[]> {
	return [await thousandAtOnce(), await fourThousand()];
}

/** A call takes 50 ms, there and back. */
export async function runCrowd({ tasks, atOnce, workMs }: Crowd) {
	const plan = { queueMs: 0, workMs, estimatedSteps: null, stepsAt: () => 0 };
	const { measured, wallMs, busiest } = await simulate({
		plans: Array.from({ length: tasks }, () => plan),
		atOnce,
		latency: () => 50,
		random: seededRandom('a crowd'),
		startPauses: ways.node,
	});
	const late = measured.map(({ lateMs }) => lateMs);
	return { completed: measured.length, wallMs, busiest, late95: quantile(late, 0.95) };
}

async function thousandAtOnce(): Promise<Figure> {
	const { busiest, late95 } = await runCrowd({ tasks: 1_000, atOnce: 1_000, workMs: 30_000 });
	return {
		what: '1,000 tasks × 30 s, all at once: busiest second; 95 of 100 noticed within',
		goal: '≤ 400; ≤ 3 s',
		figure: `${busiest} requests; ${(late95 / 1000).toFixed(1)} s`,
		met: busiest <= 400 && late95 <= 3_000,
	};
}

async function fourThousand(): Promise<Figure> {
	const { busiest, wallMs } = await runCrowd({ tasks: 4_000, atOnce: 100, workMs: 2_000 });
	const ratio = wallMs / 80_000;
	return {
		what: '4,000 tasks × 2 s, 100 at once: time / ideal; busiest second',
		goal: '≤ 1.1; ≤ 400',
		figure: `${ratio.toFixed(3)}; ${busiest} requests`,
		met: ratio <= 1.1 && busiest <= 400,
	};
}

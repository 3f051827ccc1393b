import { seededRandom } from '../../../sandbox/emulator/random.mts';
import { median, type Figure } from '../figures.mts';
import { quantile, ways } from './measure.mts';
import { simulate, type Run } from './simulate.mts';

interface Crowd {
	tasks: number;
	atOnce: number;
	workMs: number;
	/** How many requests the service takes within a second. */
	perSecond?: number;
	runs?: Run['runs'];
	/** Names the chance. */
	seed?: string;
}

/** Many tasks that wait at once, and a service that allows few requests, in virtual time. */
export async function crowdFigures(): Promise<Figure[]> {
	return [
		...[await thousandAtOnce(), await fourThousand(), await fewRequests()],
		...(await manyRuns()),
	];
}

/** A call takes 50 ms, there and back. */
export async function runCrowd({
	tasks,
	atOnce,
	workMs,
	perSecond = Infinity,
	runs = 'one',
	seed = 'a crowd',
}: Crowd) {
	const plan = { queueMs: 0, workMs, estimatedSteps: null, stepsAt: () => 0 };
	const { measured, wallMs, busiest, refused } = await simulate({
		plans: Array.from({ length: tasks }, () => plan),
		atOnce,
		latency: () => 50,
		random: seededRandom(seed),
		perSecond,
		runs,
		startPauses: ways.node,
	});
	const late = measured.map(({ lateMs }) => lateMs);
	return { completed: measured.length, wallMs, busiest, refused, late95: quantile(late, 0.95) };
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

async function fewRequests(): Promise<Figure> {
	const run = { tasks: 60, atOnce: 60, workMs: 3_000, perSecond: 10 };
	const { completed, wallMs } = await runCrowd(run);
	// A submit and one question for each task.
	const ratio = wallMs / ((2 * run.tasks * 1000) / run.perSecond);
	return {
		what: '60 tasks × 3 s in one run, 10 requests a second: time / what the limit costs; completed',
		goal: '≤ 2.5; all',
		figure: `${ratio.toFixed(2)}; ${completed}`,
		met: ratio <= 2.5 && completed === run.tasks,
	};
}

/** As when a webhook is called many times at once; the median of five. */
async function manyRuns(): Promise<Figure[]> {
	const crowd = { tasks: 60, atOnce: 1, workMs: 3_000, perSecond: 10 };
	const measure = async (runs: Run['runs']) => {
		const all: Array<{ wallMs: number; refused: number }> = [];
		for (const seed of ['a', 'b', 'c', 'd', 'e'])
			all.push(await runCrowd({ ...crowd, runs, seed }));
		const wallMs = median(all.map((one) => one.wallMs));
		const refused = median(all.map((one) => one.refused));
		const figure = `${(wallMs / 1000).toFixed(1)} s; ${refused}`;
		return { figure, met: wallMs <= 25_000 && refused <= 50 };
	};
	const { figure } = await measure('one a task, each with a rate');
	return [
		{
			what: '60 runs of one such task, sharing a rate: time; replies of 429',
			goal: '≤ 25 s; ≤ 50',
			...(await measure('one a task, sharing a rate')),
		},
		{ what: 'the same, a rate for each', goal: '', figure },
	];
}

import { seededRandom } from '../../../sandbox/emulator/random.mts';
import { median } from '../figures.mts';
import { requestsAtMost, runningAtMost, type Limit } from './limits.mts';
import { quantile } from './measure.mts';
import { simulate, type Run } from './simulate.mts';

/** Tasks for a service that answers 429. */
export interface Scenario {
	what: string;
	tasks: number;
	atOnce: number;
	workMs: number;
	runs?: Run['runs'];
	openLimit: () => Limit;
	/** What the limit costs at least: a submit and one question for each task, or the work of those that may run. */
	idealMs: number;
	/** The most that it may take, and the most replies of 429; undefined where there is only something to know. */
	goal?: { seconds: number; refused: number };
}

const sixty = { tasks: 60, workMs: 3_000, openLimit: () => requestsAtMost(10), idealMs: 12_000 };

export const scenarios: readonly Scenario[] = [
	{
		...sixty,
		what: '60 runs of a task of 3 s at once (webhooks), 10 requests a second',
		atOnce: 1,
		runs: 'one a task, sharing a rate',
		goal: { seconds: 25, refused: 50 },
	},
	{
		...sixty,
		what: 'the same, a rate for each',
		atOnce: 1,
		runs: 'one a task, each with a rate',
	},
	{
		...sixty,
		what: '60 tasks × 3 s in one run, 10 requests a second',
		atOnce: 60,
		goal: { seconds: 30, refused: 50 },
	},
	{
		...{ tasks: 300, atOnce: 60, workMs: 3_000 },
		what: '300 tasks × 3 s, 60 at once, 10 requests a second',
		openLimit: () => requestsAtMost(10),
		idealMs: 60_000,
		goal: { seconds: 78, refused: 60 },
	},
	{
		...{ tasks: 30, atOnce: 30, workMs: 3_000 },
		what: '30 tasks × 3 s, all at once, 2 requests a second',
		openLimit: () => requestsAtMost(2),
		idealMs: 30_000,
		goal: { seconds: 42, refused: 50 },
	},
	{
		...{ tasks: 10, atOnce: 10, workMs: 3_000 },
		what: '10 tasks × 3 s, all at once, a request every 2 seconds',
		openLimit: () => requestsAtMost(1, 2_000),
		idealMs: 40_000,
		goal: { seconds: 60, refused: 40 },
	},
	...(['without Retry-After', 'with Retry-After'] as const).flatMap((how) =>
		[5, 60].map((atOnce): Scenario => {
			return {
				...{ ...sixty, atOnce },
				what: `60 tasks × 3 s, ${atOnce} at once, 60 requests a minute, ${how}`,
				openLimit: () => requestsAtMost(60, 60_000, how),
				idealMs: 60_000,
				goal: { seconds: atOnce === 5 ? 280 : 90, refused: 50 },
			};
		}),
	),
	{
		...{ tasks: 30, atOnce: 10, workMs: 10_000 },
		what: '30 tasks × 10 s, 10 at once, at most 3 running',
		openLimit: () => runningAtMost(3),
		idealMs: 100_000,
		goal: { seconds: 135, refused: 50 },
	},
];

/** What came of a scenario. */
export interface Outcome {
	wallMs: number;
	/** How many replies were 429. */
	refused: number;
	/** How late ends were noticed, as a multiple of what is promised without 429s: half a second or 5 % of the task. */
	late: { of95: number; worst: number };
}

/** The median of five. A call takes 50 ms, there and back. */
export async function playScenario({
	tasks,
	atOnce,
	workMs,
	openLimit,
	runs = 'one',
}: Scenario): Promise<Outcome> {
	const plan = { queueMs: 0, workMs };
	const played: Array<Awaited<ReturnType<typeof simulate>>> = [];
	for (const seed of ['a', 'b', 'c', 'd', 'e']) {
		played.push(
			await simulate({
				...{ plans: Array.from({ length: tasks }, () => plan), atOnce, runs },
				latency: () => 50,
				random: seededRandom(seed),
				limit: openLimit(),
			}),
		);
	}
	const late = played.flatMap(({ measured }) =>
		measured.map(({ lateMs, taskMs }) => lateMs / Math.max(500, 0.05 * taskMs)),
	);
	return {
		wallMs: median(played.map(({ wallMs }) => wallMs)),
		refused: median(played.map(({ refused }) => refused)),
		late: { of95: quantile(late, 0.95), worst: Math.max(...late) },
	};
}

import { seededRandom } from '../../../sandbox/emulator/random.mts';
import { median } from '../figures.mts';
import { requestsAtMost, runningAtMost, type Limit } from './limits.mts';
import { quantile } from './polling.mts';
import { simulate, type Run } from './simulate.mts';

/** Tasks for a service that answers 429. */
export interface Scenario {
	what: string;
	tasks: number;
	atOnce: number;
	openLimit: () => Limit;
	/** What the limit costs at least: a submit and one question for each task, or the work of those that may run. */
	idealMs: number;
	/** The most that it may take, and the most replies of 429; undefined where there is only something to know. */
	goal?: { seconds: number; refused: number };
	workMs?: number;
	runs?: Run['runs'];
}

const tenASecond = { openLimit: () => requestsAtMost(10) };
const webhooks = { ...tenASecond, tasks: 60, atOnce: 1, idealMs: 12_000 };
const aMinute = (how: 'with Retry-After' | 'without Retry-After', atOnce: number): Scenario => ({
	what: `60 tasks × 3 s, ${atOnce} at once, 60 requests a minute, ${how}`,
	...{ tasks: 60, atOnce, idealMs: 60_000 },
	openLimit: () => requestsAtMost(60, 60_000, how),
	goal: { seconds: atOnce === 5 ? 280 : 90, refused: 50 },
});

export const scenarios: readonly Scenario[] = [
	{
		what: '60 runs of a task of 3 s at once (webhooks), 10 requests a second',
		...{ ...webhooks, runs: 'one a task, sharing a rate', goal: { seconds: 25, refused: 50 } },
	},
	{ what: 'the same, a rate for each', ...webhooks, runs: 'one a task, each with a rate' },
	{
		what: '60 tasks × 3 s in one run, 10 requests a second',
		...{ ...webhooks, atOnce: 60, goal: { seconds: 30, refused: 50 } },
	},
	{
		what: '300 tasks × 3 s, 60 at once, 10 requests a second',
		...{ ...tenASecond, tasks: 300, atOnce: 60, idealMs: 60_000 },
		goal: { seconds: 78, refused: 60 },
	},
	{
		what: '30 tasks × 3 s, all at once, 2 requests a second',
		...{ openLimit: () => requestsAtMost(2), tasks: 30, atOnce: 30, idealMs: 30_000 },
		goal: { seconds: 42, refused: 50 },
	},
	{
		what: '10 tasks × 3 s, all at once, a request every 2 seconds',
		...{ openLimit: () => requestsAtMost(1, 2_000), tasks: 10, atOnce: 10, idealMs: 40_000 },
		goal: { seconds: 60, refused: 40 },
	},
	aMinute('without Retry-After', 5),
	aMinute('without Retry-After', 60),
	aMinute('with Retry-After', 5),
	aMinute('with Retry-After', 60),
	{
		what: '30 tasks × 10 s, 10 at once, at most 3 running',
		...{ openLimit: () => runningAtMost(3), tasks: 30, atOnce: 10, idealMs: 100_000 },
		...{ workMs: 10_000, goal: { seconds: 140, refused: 50 } },
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
export async function playScenario(scenario: Scenario): Promise<Outcome> {
	const { tasks, atOnce, workMs = 3_000, openLimit, runs = 'one' } = scenario;
	const plans = Array.from({ length: tasks }, () => ({ queueMs: 0, workMs }));
	const played: Array<Awaited<ReturnType<typeof simulate>>> = [];
	for (const seed of ['a', 'b', 'c', 'd', 'e']) {
		const chance = { latency: () => 50, random: seededRandom(seed) };
		played.push(await simulate({ plans, atOnce, runs, ...chance, limit: openLimit() }));
	}
	const late = played
		.flatMap(({ measured }) => measured)
		.map(({ lateMs, taskMs }) => lateMs / Math.max(500, 0.05 * taskMs));
	return {
		wallMs: median(played.map(({ wallMs }) => wallMs)),
		refused: median(played.map(({ refused }) => refused)),
		late: { of95: quantile(late, 0.95), worst: Math.max(...late) },
	};
}

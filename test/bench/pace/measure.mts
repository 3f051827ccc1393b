import { seededRandom } from '../../../sandbox/emulator/random.mts';
import type { TaskClass } from './classes.mts';
import { simulate, type Measured, type Pauses } from './simulate.mts';

/** Ways to wait that the adaptive one is compared with. */
export const ways = {
	adaptive: () => () => undefined,
	'fixed 1 s': () => () => 1_000,
	'fixed 10 s': () => () => 10_000,
	'x1.5 from 1 s': () => {
		let next = 1_000;
		return () => {
			const pause = next;
			next *= 1.5;
			return pause;
		};
	},
} satisfies Record<string, () => Pauses>;

export interface Summary {
	/** In ms. */
	overshoot: { median: number; p90: number; max: number };
	/** The median of the tasks' overshoot as a share of what is allowed; up to 1 is good. */
	ofAllowed: number;
	polls: { median: number; max: number };
}

/** What the bar allows as the median: 3 % of the task, but never less than 150 ms. */
const allowedMs = (taskMs: number) => Math.max(150, taskMs * 0.03);

/** There and back, in ms. */
const latencyFrom = (random: () => number) => () => 20 + 280 * random();

/** So many tasks of a class and a length, the same for each way to wait. */
export async function measureClass(
	kind: TaskClass,
	durationMs: number,
	count: number,
	startPauses: () => Pauses = ways.adaptive,
): Promise<Summary> {
	const random = seededRandom(`${kind.name} ${durationMs}`);
	const latency = latencyFrom(seededRandom(`latency of ${kind.name} ${durationMs}`));
	const { atOnce } = kind;
	const all = Array.from({ length: count + (atOnce ?? 0) }, () => kind.plan(durationMs, random));
	if (atOnce !== undefined) {
		const { measured } = await simulate({ plans: all, atOnce, latency, startPauses });
		return summarize(measured.slice(atOnce));
	}
	const measured: Measured[] = [];
	for (const plan of all) {
		const alone = await simulate({ plans: [plan], atOnce: 1, latency, startPauses });
		measured.push(...alone.measured);
	}
	return summarize(measured);
}

/** About 3 s in ms, on both sides of it: how a length falls between the pauses is chance. */
const batchLengths = [2_700, 2_850, 3_000, 3_150, 3_300];

/**
 * The mean of five batches of 100 tasks on 20 atOnce, without a queue; the tasks of a batch are of equal length.
 * @param estimatedSteps null for tasks without steps
 */
export async function measureBatches(
	estimatedSteps: number | null,
	network: 'none' | 'internet',
	startPauses: () => Pauses = ways.adaptive,
) {
	const random = seededRandom('latency of the batches');
	const latency = network === 'none' ? () => 2 : latencyFrom(random);
	const all: Measured[] = [];
	const wallRatios: number[] = [];
	for (const workMs of batchLengths) {
		const plan = {
			queueMs: 0,
			workMs,
			estimatedSteps,
			stepsAt: (share: number) => (estimatedSteps ?? 0) * share,
		};
		const plans = Array.from({ length: 100 }, () => plan);
		const { measured, wallMs } = await simulate({ plans, atOnce: 20, latency, startPauses });
		all.push(...measured);
		wallRatios.push(wallMs / ((100 / 20) * workMs));
	}
	return {
		meanOvershootMs: mean(all.map(({ overshootMs }) => overshootMs)),
		polls: mean(all.map(({ polls }) => polls)),
		wallRatio: mean(wallRatios),
	};
}

function summarize(measured: readonly Measured[]): Summary {
	const overshoots = measured.map(({ overshootMs }) => overshootMs);
	const polls = measured.map((task) => task.polls);
	return {
		overshoot: {
			median: quantile(overshoots, 0.5),
			p90: quantile(overshoots, 0.9),
			max: Math.max(...overshoots),
		},
		ofAllowed: quantile(
			measured.map(({ overshootMs, taskMs }) => overshootMs / allowedMs(taskMs)),
			0.5,
		),
		polls: { median: quantile(polls, 0.5), max: Math.max(...polls) },
	};
}

function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((left, right) => left - right);
	return sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

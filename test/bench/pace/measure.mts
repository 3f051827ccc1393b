import { seededRandom } from '../../../sandbox/emulator/random.mts';
import type { TaskClass } from './classes.mts';
import { simulate, type Measured } from './simulate.mts';

/** How SDKs ask that the node is compared with (replicate, fal), in ms. */
export const sdkPauseMs = 500;

/** How tasks of one kind were followed. */
export interface Summary {
	/** From "completed at the service" to the arrival of the question that finds it so, in ms. */
	late: { median: number; of95: number; worst: number };
	/** The share of tasks that were later than 0.5 s or 5 % of the task, and one round trip. */
	tooLate: number;
	/** Questions of a task, the mean. */
	questions: number;
}

/** There and back, in ms. */
const slowestTrip = 300;
/** How long a call takes, there and back: on the same machine, or across the internet. */
type Network = 'none' | 'internet';

const latencyOf = (network: Network, random: () => number) => () =>
	network === 'none' ? 2 : 20 + (slowestTrip - 20) * random();

/** Tasks of a class and a length, the same for each way to wait. */
export async function measureClass(
	kind: TaskClass,
	durationMs: number,
	count: number,
	network: Network = 'internet',
	askEveryMs?: number,
): Promise<Summary> {
	const random = seededRandom(`${kind.name} ${durationMs}`);
	const latency = latencyOf(network, seededRandom(`latency of ${kind.name} ${durationMs}`));
	const chance = seededRandom(`chance of ${kind.name} ${durationMs}`);
	const { atOnce } = kind;
	const all = Array.from({ length: count + (atOnce ?? 0) }, () => kind.plan(durationMs, random));
	const measured: Measured[] = [];
	for (const plans of atOnce === undefined ? all.map((plan) => [plan]) : [all]) {
		const run = { plans, atOnce: atOnce ?? 1, latency, random: chance, askEveryMs };
		measured.push(...(await simulate(run)).measured.slice(atOnce ?? 0));
	}
	return summarize(measured);
}

/** About 3 s in ms, on both sides of it: how a length falls between the pauses is chance. */
const batchLengths = [2_700, 2_850, 3_000, 3_150, 3_300];

/**
 * The time of 100 tasks, 20 at once, as a multiple of the ideal, the mean of five batches; the tasks of a batch are of equal
 * length.
 */
export async function batchWallRatio(): Promise<number> {
	const random = seededRandom('chance of the batches');
	const wallRatios: number[] = [];
	for (const workMs of batchLengths) {
		const plan = { queueMs: 0, workMs };
		const plans = Array.from({ length: 100 }, () => plan);
		const { wallMs } = await simulate({ plans, atOnce: 20, latency: () => 2, random });
		wallRatios.push(wallMs / ((100 / 20) * workMs));
	}
	return mean(wallRatios);
}

function summarize(measured: readonly Measured[]): Summary {
	const late = measured.map(({ lateMs }) => lateMs);
	const tooLate = measured.filter(
		({ lateMs, taskMs }) => lateMs > Math.max(500, taskMs * 0.05) + slowestTrip,
	);
	return {
		late: { median: quantile(late, 0.5), of95: quantile(late, 0.95), worst: Math.max(...late) },
		tooLate: tooLate.length / measured.length,
		questions: mean(measured.map(({ questions }) => questions)),
	};
}

/** The value that this share of all is at most. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((left, right) => left - right);
	return sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

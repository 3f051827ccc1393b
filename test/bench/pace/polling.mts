import { seededRandom } from '../../../sandbox/emulator/random.mts';
import type { Figure } from '../figures.mts';
import { classes, lateGoals, questionGoals, tasksPerFigure, type TaskClass } from './classes.mts';
import { simulate } from './simulate.mts';

/** How SDKs ask that the node is compared with (replicate, fal), in ms. */
export const sdkPauseMs = 500;

/** There and back, in ms. */
const slowestTrip = 300;
/** How long a call takes, there and back: on the same machine, or across the internet. */
type Network = 'none' | 'internet';

/**
 * How tasks of a class and a length, the same for each way to ask, are followed: by how many ms their ends are noticed late,
 * the share of those later than 0.5 s or 5 % of the task and one round trip, and the questions of a task, the mean.
 */
export async function measureClass(
	kind: TaskClass,
	durationMs: number,
	count: number,
	network: Network = 'internet',
	askEveryMs?: number,
) {
	const random = seededRandom(`${kind.name} ${durationMs}`);
	const trip = seededRandom(`latency of ${kind.name} ${durationMs}`);
	const run = {
		latency: () => (network === 'none' ? 2 : 20 + (slowestTrip - 20) * trip()),
		random: seededRandom(`chance of ${kind.name} ${durationMs}`),
		askEveryMs,
	};
	const { atOnce = 0 } = kind;
	const all = Array.from({ length: count + atOnce }, () => kind.plan(durationMs, random));
	const measured = [];
	for (const plans of atOnce === 0 ? all.map((plan) => [plan]) : [all]) {
		const simulated = await simulate({ ...run, plans, atOnce: Math.max(1, atOnce) });
		measured.push(...simulated.measured.slice(atOnce));
	}
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

/** About 3 s in ms, on both sides of it: how a length falls between the pauses is chance. */
const batchLengths = [2_700, 2_850, 3_000, 3_150, 3_300];

/** The time of 100 equal tasks, 20 at once, as a multiple of the ideal, the mean of five batches. */
export async function batchWallRatio(): Promise<number> {
	const random = seededRandom('chance of the batches');
	const wallRatios: number[] = [];
	for (const workMs of batchLengths) {
		const plans = Array.from({ length: 100 }, () => ({ queueMs: 0, workMs }));
		const { wallMs } = await simulate({ plans, atOnce: 20, latency: () => 2, random });
		wallRatios.push(wallMs / ((100 / 20) * workMs));
	}
	return mean(wallRatios);
}

/** The value that this share of all is at most. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((left, right) => left - right);
	return sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** How tasks of all classes are followed, beside an SDK, in virtual time: of each length the worst; and a batch. */
export async function pollingFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const [durationMs, goal] of questionGoals) {
		const measured = [];
		for (const kind of classes) measured.push(await follow(kind, durationMs));
		const [latest] = worstFirst(measured, ({ own }) => own.tooLate + own.late.of95 / 1e9);
		const [busiest] = worstFirst(measured, ({ ratio }) => ratio);
		if (latest === undefined || busiest === undefined) throw new Error('There are no classes');
		const { median, of95, worst } = latest.own.late;
		const worstMs = Math.max(...measured.map(({ own }) => own.late.worst));
		const late = `${(latest.own.tooLate * 100).toFixed(0)}%; ${[median, of95, worst].map(seconds).join(', ')}`;
		const hasGoal = goal !== Infinity;
		figures.push(
			{
				what: `${durationMs / 1000} s, latest: ${latest.name}`,
				goal: `≤ ${lateGoals.share * 100}%; ≤ ${lateGoals.worstMs / 1000} s`,
				figure: `${late}; all ≤ ${seconds(worstMs)}`,
				met: latest.own.tooLate <= lateGoals.share && worstMs <= lateGoals.worstMs,
			},
			{
				what: `${durationMs / 1000} s, most questions: ${busiest.name}`,
				goal: hasGoal ? `≤ ${goal} ×` : '',
				figure: `${busiest.ratio.toFixed(2)} × (internet ${busiest.ratioAbroad.toFixed(2)} ×)`,
				...(hasGoal && { met: busiest.ratio <= goal }),
			},
		);
	}
	const ratio = await batchWallRatio();
	const batch = { what: '100 tasks × 3 s: time / ideal', goal: '≤ 1.05' };
	return [...figures, { ...batch, figure: ratio.toFixed(3), met: ratio <= 1.05 }];
}

/** `ratio`: questions as a multiple of those of an SDK, without a network; `ratioAbroad`: across the internet. */
async function follow(kind: TaskClass, durationMs: number) {
	const measure = async (network: Network, askEveryMs?: number) =>
		await measureClass(kind, durationMs, tasksPerFigure, network, askEveryMs);
	const [own, sdk] = [await measure('internet'), await measure('internet', sdkPauseMs)];
	const [atHome, sdkAtHome] = [await measure('none'), await measure('none', sdkPauseMs)];
	const ratioAbroad = own.questions / sdk.questions;
	return { name: kind.name, own, ratio: atHome.questions / sdkAtHome.questions, ratioAbroad };
}

function worstFirst<T>(all: readonly T[], value: (one: T) => number): T[] {
	return all.toSorted((one, other) => value(other) - value(one));
}

import type { Plan } from './service.mts';

/** A kind of task: what one of about `typicalMs` looks like. */
export interface TaskClass {
	name: string;
	/** Submitted as a run, this many at once, and measured from the time on when others have ended. */
	atOnce?: number;
	plan: (typicalMs: number, random: () => number) => Plan;
}

const between = (from: number, to: number, random: () => number) => from + (to - from) * random();
/** Lengths differ a little, so that no pause fits them by chance. */
const around = (ms: number, random: () => number) => ms * between(0.9, 1.1, random);
const stepCount = (random: () => number) => Math.round(between(4, 40, random));

/**
 * Steps at an even rate between two moments of the work.
 * @param from the share of the work that passes before the first step begins
 * @param to the share at which the last one is completed
 */
const even = (steps: number, from: number, to: number) => (share: number) =>
	steps * Math.min(1, Math.max(0, (share - from) / (to - from)));

function withSteps(
	workMs: number,
	steps: number,
	stepsAt: Plan['stepsAt'],
	estimatedSteps: number | null = steps,
): Plan {
	return { queueMs: 0, workMs, estimatedSteps, stepsAt };
}

function withoutSteps(workMs: number, estimatedSteps: number | null): Plan {
	return { queueMs: 0, workMs, estimatedSteps, stepsAt: () => 0 };
}

function steady(typicalMs: number, random: () => number): Plan {
	const steps = stepCount(random);
	return withSteps(around(typicalMs, random), steps, even(steps, 0, 1));
}

function tailed(typicalMs: number, random: () => number): Plan {
	const steps = stepCount(random);
	return withSteps(around(typicalMs, random), steps, even(steps, 0.05, between(0.75, 0.9, random)));
}

function silent(typicalMs: number, random: () => number): Plan {
	return withoutSteps(around(typicalMs, random), random() < 0.5 ? 0 : null);
}

function queued(plan: Plan, random: () => number): Plan {
	return { ...plan, queueMs: plan.workMs * between(0.5, 3, random) };
}

export const classes: readonly TaskClass[] = [
	{ name: 'steady steps', plan: steady },
	{
		name: 'slow start, then steps',
		plan: (typicalMs, random) => {
			const steps = stepCount(random);
			return withSteps(
				around(typicalMs, random),
				steps,
				even(steps, between(0.2, 0.6, random), between(0.97, 1, random)),
			);
		},
	},
	{
		name: 'steps in bursts',
		plan: (typicalMs, random) => {
			const steps = stepCount(random);
			const bursts = Math.round(between(3, 6, random));
			return withSteps(
				around(typicalMs, random),
				steps,
				(share) => (Math.floor(share * bursts) / bursts) * steps,
			);
		},
	},
	{ name: 'steps, then a tail', plan: tailed },
	{
		name: 'estimate too low',
		plan: (typicalMs, random) => {
			const steps = stepCount(random);
			const estimate = Math.ceil(steps * between(0.4, 0.9, random));
			return withSteps(around(typicalMs, random), steps, even(steps, 0.05, 1), estimate);
		},
	},
	{
		name: 'estimate too high',
		plan: (typicalMs, random) => {
			const steps = stepCount(random);
			const estimate = Math.ceil(steps * between(1.1, 1.5, random));
			return withSteps(around(typicalMs, random), steps, even(steps, 0.05, 1), estimate);
		},
	},
	{
		name: 'completed early',
		plan: (typicalMs, random) => {
			const steps = stepCount(random);
			const done = between(0.2, 0.7, random);
			return withSteps(around(typicalMs, random), steps, even(steps * done, 0.05, 1));
		},
	},
	{
		name: 'long queue, then steps',
		plan: (typicalMs, random) => queued(steady(typicalMs, random), random),
	},
	{ name: 'no steps', plan: silent },
	{
		name: 'steps stay at 0',
		plan: (typicalMs, random) => withoutSteps(around(typicalMs, random), stepCount(random)),
	},
	{
		name: 'long queue, no steps',
		plan: (typicalMs, random) => queued(silent(typicalMs, random), random),
	},
	{ name: 'siblings, no steps', atOnce: 3, plan: silent },
	{ name: 'siblings, steps and a tail', atOnce: 3, plan: tailed },
	{
		name: 'siblings, queue, no steps',
		atOnce: 3,
		plan: (typicalMs, random) => queued(silent(typicalMs, random), random),
	},
	{
		name: 'siblings, uneven, steps',
		atOnce: 3,
		plan: (typicalMs, random) => steady(typicalMs * between(0.5, 1.5, random), random),
	},
	{
		name: 'siblings, uneven, no steps',
		atOnce: 3,
		plan: (typicalMs, random) => silent(typicalMs * between(0.5, 1.5, random), random),
	},
];

/** Lengths of tasks in ms, and how many questions such a task may cost as a share of one every 500 ms; 3 s has no goal. */
export const questionGoals: ReadonlyMap<number, number> = new Map([
	[3_000, Infinity],
	[10_000, 1.1],
	[60_000, 0.5],
	[600_000, 0.15],
]);

/** The share of tasks that may be noticed later than 0.5 s or 5 % of the task, and how late at worst, in ms. */
export const lateGoals = { share: 0.05, worstMs: 6_000 };

/** How many tasks stand behind a figure. */
export const tasksPerFigure = 25;

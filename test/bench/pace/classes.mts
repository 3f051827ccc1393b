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
const alone = (typicalMs: number, random: () => number): Plan => ({
	queueMs: 0,
	workMs: around(typicalMs, random),
});

const queued = (typicalMs: number, random: () => number): Plan => {
	const plan = alone(typicalMs, random);
	return { ...plan, queueMs: plan.workMs * between(0.5, 3, random) };
};

/** What decides when the node polls: the age of a task, and how long others of its run have taken. */
export const classes: readonly TaskClass[] = [
	{ name: 'one task', plan: alone },
	{ name: 'a long queue', plan: queued },
	{ name: 'siblings', atOnce: 3, plan: alone },
	{ name: 'siblings in a queue', atOnce: 3, plan: queued },
	{
		name: 'uneven siblings',
		atOnce: 3,
		plan: (typicalMs, random) => alone(typicalMs * between(0.5, 1.5, random), random),
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

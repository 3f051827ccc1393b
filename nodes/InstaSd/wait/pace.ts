import type { Task } from '../api/task';

/** Bounds in ms for how long a task that has ended goes unnoticed. */
const shortest = 500;
const longest = 5_000;
/** Between these bounds, it may be this share of what the task has taken. */
const share = 0.05;
/** How far in ms behind a predicted end to ask: a question just before it is wasted. */
const behind = 20;
/** A question sooner than this, in ms, tells nothing new. */
const tooSoon = 100;

/** The longest pause in ms before the next question for a task of this age, in ms since its submit. */
export function longestPause(ageMs: number): number {
	return Math.min(longest, Math.max(shortest, ageMs * share));
}

/**
 * How long to wait in ms before asking again: never longer than {@link longestPause}, and shorter where the task may end
 * sooner. Predictions are wrong in ways that nobody foresees, so none may make the pause longer.
 * @param endsMs the ages in ms at which the task may end, by its steps and by the tasks of the same run
 */
export function nextPause(ageMs: number, endsMs: ReadonlyArray<number | undefined>): number {
	const pauses = endsMs
		.filter((endMs) => endMs !== undefined && endMs > ageMs)
		.map((endMs = 0) => Math.max(tooSoon, endMs + behind - ageMs));
	return Math.min(longestPause(ageMs), ...pauses);
}

/** A reply that told of more steps than those before. */
interface Mark {
	/** In ms, as the ages of the task. */
	ageMs: number;
	steps: number;
}

/** What the replies have told of a task's steps. */
export interface Steps {
	first?: Mark;
	last?: Mark;
	/** How many there will be; 0 where the service does not know. */
	estimated: number;
}

/** Adds what a reply tells, at this age of the task in ms. */
export function withSteps(
	steps: Steps,
	{ completedSteps = 0, estimatedSteps = 0 }: Task,
	ageMs: number,
): Steps {
	const known = { ...steps, estimated: estimatedSteps };
	if (completedSteps <= (steps.last?.steps ?? 0)) return known;
	const mark = { ageMs, steps: completedSteps };
	return { ...known, first: steps.first ?? mark, last: mark };
}

/**
 * The age in ms at which the last step is due, at the rate since the first ones: these can be slower, because models are
 * loaded. Undefined while nothing tells.
 */
export function endBySteps({ first, last, estimated }: Steps): number | undefined {
	if (first === undefined || last === undefined || last.steps <= first.steps) return undefined;
	if (last.steps >= estimated) return undefined;
	const stepMs = (last.ageMs - first.ageMs) / (last.steps - first.steps);
	return last.ageMs + (estimated - last.steps) * stepMs;
}

/** Two ages in ms between which tasks have ended. */
interface Range {
	after: number;
	by: number;
}

/** A range this narrow, in ms, need not be halved. */
const narrow = 100;

/**
 * How long tasks of this run take, learned from those that have ended: most runs make many of a kind. As long as they
 * agree, each narrows the estimate down; one that disagrees starts it anew.
 */
export class DurationEstimate {
	private range: Range | undefined;
	private doAgree = false;

	/** A task was seen running at one age and finished at another. Ages in ms since its submit. */
	add(running: number, finished: number): void {
		const common = {
			after: Math.max(running, this.range?.after ?? Infinity),
			by: Math.min(finished, this.range?.by ?? -Infinity),
		};
		this.doAgree = common.after < common.by;
		this.range = this.doAgree ? common : { after: running, by: finished };
	}

	/** The ages in ms at which another task may end. Asking in the middle of the range halves it for the next one. */
	likelyEndsMs(): number[] {
		if (this.range === undefined || !this.doAgree) return [];
		const { after, by } = this.range;
		return by - after > narrow ? [(after + by) / 2, by] : [by];
	}
}

import type { Task } from '../api/replies';

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

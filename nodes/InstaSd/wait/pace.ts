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

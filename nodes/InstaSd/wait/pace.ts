import type { Task } from '../api/schemas';

/** What is known of a task when the next question is due. All times in ms. */
export interface Progress {
	/** How long the task has been waited for. */
	ageMs: number;
	/** Its replies so far that showed it being worked on, oldest first. */
	observations: readonly Observation[];
	/** How long tasks of the same run took; undefined while none has ended. */
	typicalMs: number | undefined;
}

export interface Observation {
	ageMs: number;
	completedSteps: number;
	estimatedSteps: number;
}

/** Bounds of a pause in ms, whatever is predicted. */
const shortest = 150;
const longest = 20_000;
/** The share of a task's whole time that its end may go unnoticed. */
const tolerance = 0.025;
/** How much of the predicted rest is slept through: the prediction is at its worst when there is most of it left. */
const ofRest = 0.75;
/** A first prediction can be far too long, so a pause is never longer than this share of the age. */
const ofAge = 0.9;
/** Without any prediction a pause grows with the age. */
const blindly = 0.2;

/** How long to wait in ms before asking again: part of the predicted rest, else in proportion to the age. */
export function nextPollDelay(progress: Progress): number {
	const { ageMs } = progress;
	const rest = predictedRest(progress);
	if (rest === undefined) return between(shortest * 2, ageMs * blindly, longest);
	const tolerated = Math.max(shortest, (ageMs + rest) * tolerance);
	if (rest <= tolerated) return between(shortest, Math.max(rest, tolerated), longest);
	return between(
		tolerated,
		Math.min(rest * ofRest, Math.max(ageMs * ofAge, shortest * 2)),
		longest,
	);
}

/** What a reply tells of the steps, or undefined when it tells nothing. */
export function observe(task: Task, ageMs: number): Observation | undefined {
	const { completedSteps, estimatedSteps, state } = task;
	if (state !== 'running' || completedSteps === undefined || estimatedSteps === undefined)
		return undefined;
	return estimatedSteps > 0 ? { ageMs, completedSteps, estimatedSteps } : undefined;
}

/** The rest by the rate of the steps since about half of them were done, else by how long sibling tasks took. */
function predictedRest({ ageMs, observations, typicalMs }: Progress): number | undefined {
	const last = observations[observations.length - 1];
	const reference = observations.findLast(
		({ completedSteps }) => last !== undefined && completedSteps <= last.completedSteps / 2,
	);
	if (
		last !== undefined &&
		reference !== undefined &&
		last.completedSteps > reference.completedSteps
	) {
		const left = last.estimatedSteps - last.completedSteps;
		const stepMs =
			(last.ageMs - reference.ageMs) / (last.completedSteps - reference.completedSteps);
		if (left >= 0) return Math.max(0, left * stepMs - (ageMs - last.ageMs));
	}
	if (typicalMs === undefined || ageMs > typicalMs * 1.5) return undefined;
	return Math.max(0, typicalMs - ageMs);
}

function between(least: number, value: number, greatest: number): number {
	return Math.min(greatest, Math.max(least, value));
}

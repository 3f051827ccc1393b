import type { Task } from '../api/replies';

/** What one reply said of a task. */
export interface Sighting {
	/** When the reply came, in ms since the task was submitted, or else since it was first asked for. */
	ageMs: number;
	/** False while it was in the queue. */
	isWorking: boolean;
	completedSteps: number;
	/** 0 where the service does not know. */
	estimatedSteps: number;
}

/** The submit itself: the work has not begun. */
export const submitted: Sighting = {
	ageMs: 0,
	isWorking: false,
	completedSteps: 0,
	estimatedSteps: 0,
};

/** Adds a reply to those before. Of a series that tells the same, the first and the last are kept. */
export function addSighting(sightings: Sighting[], task: Task, ageMs: number): void {
	const { state, completedSteps = 0, estimatedSteps = 0 } = task;
	const isWorking = state !== 'queued' || completedSteps > 0;
	const isNews = sightings
		.slice(-2)
		.some((seen) => seen.isWorking !== isWorking || seen.completedSteps !== completedSteps);
	if (!isNews && sightings.length > 1) sightings.pop();
	sightings.push({ ageMs, isWorking, completedSteps, estimatedSteps });
}

/**
 * The age at which the work began: half way between the last sighting in the queue and the first at work. Undefined
 * while it has not. A task that was at work when first asked for counts from then on.
 */
export function workStart(sightings: readonly Sighting[]): number | undefined {
	const index = sightings.findIndex(({ isWorking }) => isWorking);
	const first = sightings[index];
	if (first === undefined) return undefined;
	return (first.ageMs + (sightings[index - 1] ?? first).ageMs) / 2;
}

/**
 * How long a task was worked on, in ms: until half way between its last sighting and the age at which it was found
 * completed. Undefined where it was never seen at work, or at work when first asked for.
 */
export function workTime(sightings: readonly Sighting[], completedMs: number): number | undefined {
	const startMs = workStart(sightings);
	const [first] = sightings;
	const last = sightings[sightings.length - 1];
	if (startMs === undefined || last === undefined || first?.isWorking === true) return undefined;
	return (last.ageMs + completedMs) / 2 - startMs;
}

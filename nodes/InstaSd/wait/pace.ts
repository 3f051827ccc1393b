import { workStart, type Sighting } from './sightings';

/** What is known of a task when the next question is due. All times in ms, ages as in {@link Sighting}. */
export interface Progress {
	ageMs: number;
	/** What was seen of it, oldest first; begins with the submit where that is known. */
	sightings: readonly Sighting[];
	/** How long tasks of the same run were worked on, the shortest first; empty while none has completed. */
	siblingsMs: readonly number[];
	/** How long a question takes, there and back. */
	roundTripMs: number;
}

/** Bounds of a pause in ms, whatever is predicted. */
const shortest = 100;
const longest = 60_000;
/** Without a prediction, or when its time has passed, the pause grows by this share of the time since … */
const blindly = 0.2;
/** … within these bounds, in ms from answer to answer. */
const shortestBlind = 200;
const longestBlind = 36_000;
/** So much longer, in ms, while the first steps are awaited: they will tell more than a question now. */
const forFirstSteps = 5_000;
/** The share of its whole time by which a task's end may be missed at worst; on average it is half of that. */
const tolerance = 0.055;
/** Tasks up to so many ms are watched more closely, by this share: a batch of short ones waits for each end. */
const short = { taskMs: 5_000, share: 0.7 };
/** How much of the predicted rest is slept through: the prediction is at its worst when there is most of it left. */
const ofRest = 0.8;
/** How far behind the predicted end to aim, as a share of the tolerance: a question just before it is wasted. */
const behindEnd = 0.25;
/** A task can end long before its time: a pause in proportion to the work so far bounds the damage … */
const ofWork = 1.3;
/** … and the more so while the rate of the steps is a guess. */
const ofWorkGuessing = 0.7;
/** The earliest end counts: this share of the siblings that took longer so far may be quicker than the prediction. */
const quickSiblings = 0.1;
/** In the queue the pause is within these shares of what siblings take, to see when the work begins. */
const ofSibling = { least: 0.1, most: 0.5 };

/**
 * How long to wait in ms before asking again, always within the bounds. Asks seldom until shortly before the predicted
 * end, then as often as the tolerance wants; without a prediction, in proportion to the time that has passed.
 */
export function nextPollDelay(progress: Progress): number {
	return between(shortest, untilNextAnswer(progress) - progress.roundTripMs, longest);
}

function untilNextAnswer({ ageMs, sightings, siblingsMs }: Progress): number {
	const startMs = workStart(sightings);
	if (startMs === undefined) return inQueue(ageMs, siblingsMs);
	const workedMs = Math.max(0, ageMs - startMs);
	const bySteps = endBySteps(sightings, startMs);
	const bySiblings = endBySiblings(siblingsMs, ageMs, startMs);
	const endMs = nextEnd(ageMs, bySteps?.endMs, bySiblings);
	if (endMs === undefined) {
		const isWithSteps = sightings.some(({ estimatedSteps }) => estimatedSteps > 0);
		const pause = workedMs * blindly + (isWithSteps ? forFirstSteps : 0);
		return between(shortestBlind, Math.min(pause, workedMs * ofWork), longestBlind);
	}

	const wholeMs = Math.max(ageMs, endMs);
	const tolerated = wholeMs * tolerance * (wholeMs <= short.taskMs ? short.share : 1);
	const restMs = endMs - ageMs;
	if (restMs <= 0) return Math.max(tolerated, Math.min(-restMs * blindly, longestBlind));
	if (restMs <= tolerated) return restMs + tolerated * behindEnd;
	// Siblings are proof of a length; steps can predict anything.
	const proven = Math.max(shortestBlind, (bySiblings ?? 0) * tolerance);
	const isGuess = bySiblings === undefined && bySteps?.isGuess === true;
	const most = Math.max(proven, workedMs * (isGuess ? ofWorkGuessing : ofWork));
	return Math.min(Math.max(tolerated, restMs * ofRest), most);
}

/** In the queue, too, in proportion to the age; with siblings, often enough to see when the work begins. */
function inQueue(ageMs: number, siblingsMs: readonly number[]): number {
	const growing = between(shortestBlind, ageMs * blindly, longestBlind);
	const workMs = atShare(siblingsMs, quickSiblings);
	return workMs === undefined
		? growing
		: between(workMs * ofSibling.least, growing, workMs * ofSibling.most);
}

/** The first of the predicted ends that is still to come. When all have passed, the steps know better. */
function nextEnd(ageMs: number, bySteps: number | undefined, bySiblings: number | undefined) {
	const ends = [bySteps, bySiblings].filter((endMs) => endMs !== undefined);
	const toCome = ends.filter((endMs) => endMs > ageMs);
	return toCome.length > 0 ? Math.min(...toCome) : ends[0];
}

/** The age at which a task like its siblings ends: one of those that took longer than this one has. */
function endBySiblings(siblingsMs: readonly number[], ageMs: number, startMs: number) {
	const longer = siblingsMs.filter((workMs) => startMs + workMs > ageMs);
	const workMs = atShare(longer, quickSiblings) ?? siblingsMs[siblingsMs.length - 1];
	return workMs === undefined ? undefined : startMs + workMs;
}

/**
 * The age at which the last step is due, at the rate since half of the steps were done: the first ones can be slower,
 * because models are loaded. A guess until steps were seen twice: as if they had begun at the last sighting without.
 */
function endBySteps(sightings: readonly Sighting[], startMs: number) {
	const estimated = sightings[sightings.length - 1]?.estimatedSteps ?? 0;
	if (estimated === 0) return undefined;
	let last = { ageMs: startMs, steps: 0 };
	const marks: Array<typeof last> = [];
	let beforeMs = startMs;
	for (const { ageMs: seenMs, completedSteps: steps } of sightings) {
		if (steps > last.steps) {
			if (marks.length === 0) marks.push({ ageMs: beforeMs, steps: 0 });
			// Of several steps between two sightings, the last was completed shortly before the second.
			last = { ageMs: seenMs - (seenMs - beforeMs) / (steps - last.steps) / 2, steps };
			if (steps >= estimated) return { endMs: last.ageMs, isGuess: false };
			marks.push(last);
		}
		beforeMs = Math.max(startMs, seenMs);
	}
	const isGuess = marks.length <= 2;
	const [beginning, first] = marks;
	const half = marks.findLast(({ steps }) => steps > 0 && steps <= last.steps / 2);
	const since = half ?? (isGuess ? beginning : first);
	if (since === undefined) return undefined;
	const stepMs = (last.ageMs - since.ageMs) / (last.steps - since.steps);
	return { endMs: last.ageMs + (estimated - last.steps) * stepMs, isGuess };
}

function atShare(sorted: readonly number[], share: number): number | undefined {
	return sorted[Math.floor(sorted.length * share)];
}

/** The least, too, for what is no number: steps of a denormal size divide to that, and a pause of it is none. */
function between(least: number, value: number, greatest: number): number {
	return value > least ? Math.min(greatest, value) : least;
}

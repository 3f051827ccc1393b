/** Bounds in ms for how late the end of a task may be noticed. */
const minDelay = 500;
const maxDelay = 5_000;
/** Between these bounds, the share of the task's age by which it may be late. */
const share = 0.05;
/** How long in ms after a predicted end to poll: a poll just before it is wasted. */
const margin = 20;
/** The shortest pause in ms between two polls: sooner, there is nothing new. */
const minPause = 100;

/** The longest pause in ms before the next poll of a task of this age, in ms since its submit. */
export function longestPause(ageMs: number): number {
	return Math.min(maxDelay, Math.max(minDelay, ageMs * share));
}

/**
 * The pause in ms before the next poll: shorter than {@link longestPause} if the task may end sooner. Predictions can be
 * wrong in unforeseeable ways, so they never make it longer.
 * @param endsMs the ages in ms at which the task may end, predicted from other tasks of the run
 */
export function nextPause(ageMs: number, endsMs: readonly number[]): number {
	const pauses = endsMs
		.filter((endMs) => endMs > ageMs)
		.map((endMs) => Math.max(minPause, endMs + margin - ageMs));
	return Math.min(longestPause(ageMs), ...pauses);
}

/** A range this narrow, in ms, is not halved any further. */
const narrowRange = 100;

/**
 * Estimates how long tasks of this run take from those that have ended: most runs create many of a kind. A task that
 * agrees narrows the estimate down; one that disagrees restarts it.
 */
export class DurationEstimate {
	/** The ages in ms between which tasks have ended. */
	private range: { after: number; by: number } | undefined;
	private doAgree = false;

	/** Adds a task that was running at one age and finished at another; ages in ms since its submit. */
	add(running: number, finished: number): void {
		const own = { after: running, by: finished };
		const { after, by } = this.range ?? own;
		const common = { after: Math.max(running, after), by: Math.min(finished, by) };
		this.doAgree = this.range !== undefined && common.after < common.by;
		this.range = this.doAgree ? common : own;
	}

	/** The ages in ms at which another task may end. A poll in the middle of the range halves it for the next task. */
	likelyEndsMs(): number[] {
		if (this.range === undefined || !this.doAgree) return [];
		const { after, by } = this.range;
		return by - after > narrowRange ? [(after + by) / 2, by] : [by];
	}
}

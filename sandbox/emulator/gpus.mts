/**
 * Plans when a task starts, given how many are worked at once: first come, first served, on the GPU that is
 * free first. The GPUs are free at the latest ends planned so far, so those ends are all there is to remember.
 */
export function createGpus() {
	const ends: number[] = [];
	return {
		/** Takes the next turn; returns when the work begins (ready is the earliest time for it). */
		plan(gpus: number, now: number, ready: number, durationMs: number): number {
			while (ends[0] !== undefined && ends[0] <= now) ends.shift();
			const free = Number.isFinite(gpus) ? ends[ends.length - gpus] : undefined;
			const startsAt = Math.max(ready, free ?? ready);
			insertSorted(ends, startsAt + durationMs);
			return startsAt;
		},
	};
}

function insertSorted(sorted: number[], value: number): void {
	let at = sorted.length;
	while (at > 0 && (sorted[at - 1] ?? 0) > value) at--;
	sorted.splice(at, 0, value);
}

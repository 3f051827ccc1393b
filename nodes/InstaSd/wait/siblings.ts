/** What the tasks of a run that have completed tell of those that have not. */
export interface Siblings {
	/** @param workMs how long a task was worked on, without its time in the queue; undefined where that is not known */
	completed(workMs: number | undefined): void;
	/** These times in ms, the shortest first. */
	workMs(): readonly number[];
}

/** The latest ones are enough, and the machines at the service change. */
const remembered = 50;

/** A run in which no task has completed yet. */
export function createSiblings(): Siblings {
	const times: number[] = [];
	return {
		completed: (workMs) => {
			if (workMs === undefined) return;
			times.push(workMs);
			if (times.length > remembered) times.shift();
		},
		workMs: () => times.toSorted((left, right) => left - right),
	};
}

/** Runs work when a lane is free; see {@link createLanes}. */
export type InLane = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * At most `count` pieces of work at once, begun in the order in which they came. A slow one holds up its own lane only.
 * Work that has not begun when `signal` is aborted never begins: it rejects with the signal's reason.
 */
export function createLanes(count: number, signal: AbortSignal): InLane {
	const waiting: Array<() => void> = [];
	let free = count;
	return async (work) => {
		if (free > 0) free -= 1;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			signal.throwIfAborted();
			return await work();
		} finally {
			const next = waiting.shift();
			if (next === undefined) free += 1;
			else next();
		}
	};
}

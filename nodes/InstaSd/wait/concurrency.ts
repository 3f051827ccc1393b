import { failingWith } from '../api/failures';

/** Runs work when there is room for it; see {@link limitConcurrency}. */
export type AtOnce = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * At most `count` pieces of work at once, begun in the order in which they came. Work that has not begun when `signal` is
 * aborted never begins: it rejects with the signal's reason.
 * @param failed is called when work fails, before any other begins in its place
 */
export function limitConcurrency(count: number, signal: AbortSignal, failed = () => {}): AtOnce {
	const waiting: Array<() => void> = [];
	let free = count;
	return async (work) => {
		if (free > 0) free -= 1;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			signal.throwIfAborted();
			return await failingWith(work(), (error) => {
				failed();
				return error;
			});
		} finally {
			const next = waiting.shift();
			if (next === undefined) free += 1;
			else next();
		}
	};
}

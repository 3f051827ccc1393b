import { onAbort, type Clock } from '../../../nodes/InstaSd/api/clock.ts';

export interface VirtualClock extends Clock {
	/** Lets time pass, from one sleeper's end to the next, until the work is done. */
	run<T>(work: Promise<T>): Promise<T>;
}

/** A clock on which an hour takes no longer than the code that lives through it. */
export function createVirtualClock(): VirtualClock {
	/** The next to wake comes last; of two that wake together, the one that slept first. */
	const sleepers: Array<{ wakesAt: number; wake: () => void }> = [];
	let now = 0;
	return {
		now: () => now,
		date: () => now,
		sleep: async (ms, signal) => {
			signal.throwIfAborted();
			await new Promise<void>((resolve, reject) => {
				const stopListening = onAbort(signal, () => reject(signal.reason));
				const wake = () => {
					stopListening();
					resolve();
				};
				let at = sleepers.length;
				while (at > 0 && (sleepers[at - 1]?.wakesAt ?? Infinity) <= now + ms) at--;
				sleepers.splice(at, 0, { wakesAt: now + ms, wake });
			});
		},
		run: async (work) => {
			let isDone = false;
			const done = () => {
				isDone = true;
			};
			work.then(done, done);
			for (;;) {
				// Everybody who is awake goes on until they sleep again.
				await new Promise((resolve) => setImmediate(resolve));
				if (isDone) return await work;
				const next = sleepers.pop();
				if (next === undefined) throw new Error('Nobody sleeps, and the work is not done');
				now = next.wakesAt;
				next.wake();
			}
		},
	};
}

import { onAbort, type Clock } from '../../../nodes/InstaSd/api/clock.ts';

export interface VirtualClock extends Clock {
	/** Lets time pass, from one sleeper's end to the next, until the work is done. */
	run<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
	wakesAt: number;
	wake: () => void;
}

/** A clock on which an hour takes no longer than the code that lives through it. */
export function createVirtualClock(): VirtualClock {
	const sleepers: Sleeper[] = [];
	let now = 0;
	return {
		now: () => now,
		date: () => now,
		sleep: async (ms, signal) => {
			signal.throwIfAborted();
			await new Promise<void>((resolve, reject) => {
				const stopListening = onAbort(signal, () => reject(signal.reason));
				insert(sleepers, {
					wakesAt: now + ms,
					wake: () => {
						stopListening();
						resolve();
					},
				});
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

/** Keeps the sleepers sorted, the next to wake last; of two that wake together, the one that slept first. */
function insert(sleepers: Sleeper[], sleeper: Sleeper): void {
	let at = sleepers.length;
	while (at > 0 && (sleepers[at - 1]?.wakesAt ?? Infinity) <= sleeper.wakesAt) at--;
	sleepers.splice(at, 0, sleeper);
}

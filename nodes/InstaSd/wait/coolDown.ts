import type { Clock } from '../api/clock';

/** A pause that the service has asked for with 429. All tasks of the run keep it, whichever of them was answered so. */
export interface CoolDown {
	/** No call for so many milliseconds from now. */
	begin(ms: number): void;
	/** Resolves when calls are allowed; rejects when the signal is aborted. */
	over(signal: AbortSignal): Promise<void>;
}

/** A pause that is not under way. */
export function createCoolDown(clock: Clock): CoolDown {
	let until = 0;
	return {
		begin: (ms) => {
			until = Math.max(until, clock.now() + ms);
		},
		over: async (signal) => {
			signal.throwIfAborted();
			for (let rest = until - clock.now(); rest > 0; rest = until - clock.now()) {
				await clock.sleep(rest, signal);
			}
		},
	};
}

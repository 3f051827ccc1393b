import { sleep } from 'n8n-workflow';

import { onAbort } from './onAbort';

/** Time as the waiting code sees it. */
export interface Clock {
	/** Milliseconds since some moment, for pauses and deadlines: it goes on evenly when the computer's clock is set. */
	now(): number;
	/** The date, in milliseconds since 1970. */
	date(): number;
	/** Resolves after so many milliseconds, and rejects with the signal's reason as soon as that is aborted. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real clock. `sleep` of n8n-workflow is the only timer a node may use; before n8n 2.36 it ignores the signal. */
export const systemClock: Clock = {
	now: () => performance.now(),
	date: () => Date.now(),
	sleep: async (ms, signal) => {
		signal.throwIfAborted();
		const ended = new AbortController();
		await new Promise<void>((resolve, reject) => {
			const forget = onAbort(signal, () => {
				ended.abort();
				reject(signal.reason);
			});
			void sleep(ms, ended.signal)
				.then(resolve, () => {})
				.finally(forget);
		});
	},
};

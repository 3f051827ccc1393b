import { sleep } from 'n8n-workflow';

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

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `act` when the signal is aborted, at once if it is already, until the returned function is called. However many
 * wait, the signal has one listener: Node.js warns of a leak from the eleventh on, and a batch of twenty tasks at once has
 * more.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
	if (signal.aborted) {
		act();
		return () => {};
	}
	let acts = listeners.get(signal);
	if (acts === undefined) {
		const all = new Set<() => void>();
		signal.addEventListener('abort', () => all.forEach((each) => each()), { once: true });
		listeners.set(signal, all);
		acts = all;
	}
	acts.add(act);
	return () => acts.delete(act);
}

/** Waits for work until the signal is aborted: then it rejects with the signal's reason, and the work goes on. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	signal.throwIfAborted();
	return await new Promise<T>((resolve, reject) => {
		const forget = onAbort(signal, () => reject(signal.reason));
		void work.then(resolve, reject).finally(forget);
	});
}

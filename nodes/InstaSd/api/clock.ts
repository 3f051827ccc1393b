import { sleep } from 'n8n-workflow';

/** Two clocks. What is called `…At`, and a deadline, is in ms on the first one, what is called `…Date` in ms since 1970. */
export interface Clock {
	/** A monotonic time in ms, for pauses and deadlines: a change of the computer's clock does not affect it. */
	now(): number;
	/** The date, in ms since 1970. */
	date(): number;
	/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** One for all sleeps: without it, Node.js or n8n makes an error with a stack for each that is cut short. */
const cutShort = new Error('Cut short');

/** The real clock. A node may use no timer but n8n-workflow's `sleep`, which ignores the signal before n8n 2.36. */
export const systemClock: Clock = {
	now: () => performance.now(),
	date: () => Date.now(),
	sleep: async (ms, signal) => {
		signal.throwIfAborted();
		const ended = new AbortController();
		await new Promise<void>((resolve, reject) => {
			const stopListening = onAbort(signal, () => {
				ended.abort(cutShort);
				reject(signal.reason);
			});
			void sleep(ms, ended.signal)
				.then(resolve, () => {})
				.finally(stopListening);
		});
	},
};

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `act` when the signal is aborted, or at once if it already is. The returned function cancels this. All callers
 * share one listener per signal: from the eleventh on, Node.js warns of a leak, and many tasks at once need more.
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

/** Waits for `work`. Rejects with the signal's reason as soon as it is aborted; the work itself goes on. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	signal.throwIfAborted();
	return await new Promise<T>((resolve, reject) => {
		const stopListening = onAbort(signal, () => reject(signal.reason));
		void work.then(resolve, reject).finally(stopListening);
	});
}

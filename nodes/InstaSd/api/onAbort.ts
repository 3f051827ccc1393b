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

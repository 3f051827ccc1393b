const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `act` when the signal is aborted, until the returned function is called. However many wait, the signal has one
 * listener: Node.js warns of a leak from the eleventh on, and a batch of twenty tasks at once has more.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
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

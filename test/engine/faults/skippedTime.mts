import { systemClock } from '../../../nodes/InstaSd/api/clock';

/**
 * Lets the node sleep so many times shorter than it wants to, and wake up at the time it wanted. Unlike accelerated
 * time, what requests take stays as short as it is, so nothing runs out of time on a slow machine.
 * @returns the way back
 */
export function skipTime(factor: number): () => void {
	const { now, sleep } = systemClock;
	let skipped = 0;
	systemClock.now = () => now() + skipped;
	systemClock.sleep = async (ms, signal) => {
		const wakeAt = systemClock.now() + ms;
		await sleep(ms / factor, signal);
		skipped = Math.max(skipped, wakeAt - now());
	};
	return () => Object.assign(systemClock, { now, sleep });
}

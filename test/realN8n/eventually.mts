import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything in a browser or a real n8n may take on a busy machine, in ms. */
export const busyMachineMs = 60_000;

/**
 * Repeats a check until it passes, and gives its result.
 * @throws what the check threw last, when it does not pass in time
 */
export async function eventually<T>(check: () => Promise<T>, ms = busyMachineMs): Promise<T> {
	const until = Date.now() + ms;
	for (;;) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() > until) throw error;
			await sleep(100);
		}
	}
}

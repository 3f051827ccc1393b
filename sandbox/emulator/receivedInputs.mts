import type { Inputs } from './settings.mts';

/** Keeps what tasks were sent, the oldest given up once all of it together is too big. */
export function createReceivedInputs(mostBytes = 256_000_000) {
	const kept = new Map<string, { inputs: Inputs; bytes: number }>();
	let total = 0;
	return {
		keep(taskId: string, inputs: Inputs, bytes: number): void {
			kept.set(taskId, { inputs, bytes });
			total += bytes;
			for (const [oldest, { bytes: freed }] of kept) {
				if (total <= mostBytes) break;
				kept.delete(oldest);
				total -= freed;
			}
		},
		/** Undefined for an unknown task, and for one whose inputs had to make room. */
		of: (taskId: string): Inputs | undefined => kept.get(taskId)?.inputs,
	};
}

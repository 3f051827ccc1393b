import type { Clock } from '../api/clock';

/** The submits of a run whose replies are under way. */
export class SubmitsUnderWay {
	private readonly items = new Map<Promise<unknown>, number>();

	/** @param submitting until its outcome is written down */
	add(submitting: Promise<unknown>, item: number): void {
		const over = () => this.items.delete(submitting);
		this.items.set(submitting, item);
		void submitting.then(over, over);
	}

	/** Resolves when all have ended, after so many ms, or at Stop. */
	async ended(ms: number, clock: Clock, stop: AbortSignal | undefined): Promise<void> {
		if (this.items.size === 0) return;
		const ended = new AbortController();
		const signals = stop === undefined ? [ended.signal] : [ended.signal, stop];
		const late = clock.sleep(ms, AbortSignal.any(signals)).catch(() => {});
		await Promise.race([Promise.allSettled(this.items.keys()), late]);
		ended.abort();
	}

	/** The items they are for, in their order. */
	ofItems(): number[] {
		return [...new Set(this.items.values())].sort((one, other) => one - other);
	}
}

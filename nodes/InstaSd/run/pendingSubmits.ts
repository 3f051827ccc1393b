import type { Clock } from '../api/clock';

/**
 * The submits of this process that have no reply yet, by their names. A run that was stopped or has failed no longer waits
 * for them, but they are paid for: a retry in this process waits here before it looks at the ledger again.
 */
const pending = new Map<string, Promise<void>>();

/** Resolves when a submit is settled in the ledger; undefined where it is, or where another process made it. */
export function pendingSubmit(name = ''): Promise<void> | undefined {
	return pending.get(name);
}

/** The submits of one run that have no reply yet. */
export class PendingSubmits {
	private readonly items = new Map<Promise<void>, number>();

	/** @param settled resolves when the result is in the ledger; never rejects */
	add(name: string, item: number, settled: Promise<void>): void {
		pending.set(name, settled);
		this.items.set(settled, item);
		void settled.then(() => {
			pending.delete(name);
			this.items.delete(settled);
		});
	}

	/** The items whose submits have no reply yet, in order. */
	itemsWithoutReply(): number[] {
		return [...new Set(this.items.values())].sort((a, b) => a - b);
	}

	/** Waits until all have their replies, but not longer than a number of ms, and not beyond Stop. */
	async settle(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
		if (this.items.size === 0) return;
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, ...(stop ? [stop] : [])]);
		const timeout = clock.sleep(ms, signal).catch(() => {});
		await Promise.race([Promise.all(this.items.keys()), timeout]);
		over.abort();
	}
}

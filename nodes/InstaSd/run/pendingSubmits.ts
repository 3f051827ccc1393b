import type { Clock } from '../api/clock';
import type { Row } from './ledger';

/** More than are ever pending; results are kept while there is room, for a retry that comes later. */
const mostKept = 5000;

/**
 * The submits of this process by their names, each with the ledger's row once its reply has come. A run that was stopped
 * or has failed no longer waits for them, but they are paid for: a retry in this process finds them here.
 */
const results = new Map<string, Promise<Row | undefined>>();

/** The row of a submit after its reply; undefined where it was made in another process, or long ago. */
export function pendingSubmit(name: string): Promise<Row | undefined> | undefined {
	return results.get(name);
}

/** The submits of one run that are still without a reply. */
export class PendingSubmits {
	private readonly pending = new Map<string, { item: number; result: Promise<unknown> }>();

	/** @param result the submit's row after its reply; never rejects */
	add(name: string, item: number, result: Promise<Row | undefined>): void {
		results.set(name, result);
		for (const oldest of results.keys()) {
			if (results.size <= mostKept) break;
			results.delete(oldest);
		}
		this.pending.set(name, { item, result });
		void result.then(() => this.pending.delete(name));
	}

	/** The items whose submits have no reply yet, in order. */
	get items(): number[] {
		const items = [...this.pending.values()].map(({ item }) => item);
		return [...new Set(items)].sort((a, b) => a - b);
	}

	/** Waits until all have their replies, but not longer than a number of ms, and not beyond Stop. */
	async settle(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
		if (this.pending.size === 0) return;
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, ...(stop ? [stop] : [])]);
		const timeout = clock.sleep(ms, signal).catch(() => {});
		const results = [...this.pending.values()].map(({ result }) => result);
		await Promise.race([Promise.all(results), timeout]);
		over.abort();
	}
}

import type { Clock } from '../api/clock';
import type { SubmitProgress } from '../wait/submit';
import type { Row } from './ledgerRow';

/**
 * The submits of this process that have no reply yet, by their names. A run that was stopped or has failed no longer waits
 * for them, but they are paid for: a retry in this process waits here before it looks at the ledger again.
 */
const pending = new Map<string, Promise<void>>();

/** Resolves when a submit is settled in the ledger; undefined where it is, or where another process made it. */
export function pendingSubmit(name = ''): Promise<void> | undefined {
	return pending.get(name);
}

interface PendingSubmit {
	item: number;
	progress: SubmitProgress;
	/** Resolves when the result is in the ledger; never rejects. */
	settled: Promise<void>;
}

/** The submits of one run that have no reply yet. */
export class PendingSubmits {
	private readonly submits = new Map<string, PendingSubmit>();

	add(name: string, submit: PendingSubmit): void {
		pending.set(name, submit.settled);
		this.submits.set(name, submit);
		void submit.settled.then(() => {
			pending.delete(name);
			this.submits.delete(name);
		});
	}

	/** Whether a row only claims its task, for a submit of this run that is still waiting for its turn. */
	isUnsent({ submit = '', resubmitted }: Row): boolean {
		return this.submits.get(submit)?.progress.isSent === false && !resubmitted;
	}

	/** Whether any of them may have reached the service. */
	areSent(): boolean {
		return [...this.submits.values()].some(({ progress }) => progress.isSent);
	}

	/** The items whose submits have no reply yet, in order. */
	itemsWithoutReply(): number[] {
		const items = [...this.submits.values()].map(({ item }) => item);
		return [...new Set(items)].sort((a, b) => a - b);
	}

	/** Waits until all have their replies, but not longer than a number of ms, and not beyond Stop. */
	async settle(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
		if (this.submits.size === 0) return;
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, ...(stop ? [stop] : [])]);
		const timeout = clock.sleep(ms, signal).catch(() => {});
		const all = [...this.submits.values()].map(({ settled }) => settled);
		await Promise.race([Promise.all(all), timeout]);
		over.abort();
	}
}

import type { Call, Cell } from './cells.mts';
import type { Seen } from './seen.mts';

/** The failures that a fault can end in. */
export type FailureCode =
	| 'SUBMIT_UNSURE'
	| 'UNREACHABLE'
	| 'BAD_REPLY'
	| 'REJECTED'
	| 'UNAUTHORIZED'
	| 'PAYLOAD_TOO_LARGE'
	| 'RATE_LIMITED'
	| 'TASK_NOT_FOUND'
	| 'WAIT_TIMEOUT'
	| 'DOWNLOAD_FAILED'
	| 'LINK_EXPIRED';

/** What a user gets from a Run and Wait with one fault in it. */
export interface Outcome extends Seen {
	/** The task that the service has taken; null where there is none. */
	readonly takenId: string | null;
	/** How many tasks the service has taken. */
	readonly charged: number;
	/** How often the call was made with the fault. */
	readonly hits: number;
	/** How many calls were made because of the fault. */
	readonly repeats: number;
	/** How long the node fought the fault, in ms, before it gave up. */
	readonly foughtMs: number;
}

/** Polls are one kind of call: they differ only in how soon a fault is believed. */
export function kindOf(call: Call): 'submit' | 'poll' | 'file' {
	return call === 'submit' || call === 'file' ? call : 'poll';
}

export function isFailure(result: string): boolean {
	return !result.startsWith('complete');
}

/** Cells with the same key differ in nothing that matters to a user. */
export function keyOf({ call }: Cell, { result }: Outcome): string {
	return `${kindOf(call)}: ${result}`;
}

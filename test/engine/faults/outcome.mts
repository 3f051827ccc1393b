import type { FailureCode } from '../../../nodes/InstaSd/api/failures';
import type { Call, Cell } from './cells.mts';

/** What a user gets from a Run and Wait with one fault in it. */
export interface Outcome {
	readonly result: 'complete' | 'complete, without files' | FailureCode;
	/** How often the call was made with the fault. */
	readonly hits: number;
	/** How many calls it took beyond those of a run without it. */
	readonly repeats: number;
	/** How many tasks the service has taken. */
	readonly charged: number;
	/** How long the node fought the fault, in ms, before it gave up. */
	readonly foughtMs: number;
}

/** Polls are one kind of call: they differ only in how soon a fault is believed. */
export function kindOf(call: Call): 'submit' | 'poll' | 'file' {
	return call === 'submit' || call === 'file' ? call : 'poll';
}

export function isFailure(result: Outcome['result']): result is FailureCode {
	return !result.startsWith('complete');
}

/** Cells with the same key differ in nothing that matters to a user. */
export function keyOf({ call }: Cell, { result }: Outcome): string {
	return `${kindOf(call)}: ${result}`;
}

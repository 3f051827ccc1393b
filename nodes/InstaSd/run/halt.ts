import type { IExecuteFunctions } from 'n8n-workflow';

import { asFailure, type Failure } from '../api/failures';

/** The reason why work is ended; never mistaken for a failure of the work itself. */
export class Halted extends Error {}

/**
 * The early end of a run: Stop was pressed, or an item has failed and the node does not continue on failures. Once
 * `signal` is aborted, no call to the service begins.
 */
export class Halt {
	/** The failure that ended the run, with its item; undefined while there is none. */
	firstFailure: Failure | undefined;

	private readonly controller = new AbortController();

	/** Aborted by Stop and by the workflow's timeout; absent where nothing can be stopped. */
	readonly stop: AbortSignal | undefined;

	constructor(private readonly context: IExecuteFunctions) {
		this.stop = context.getExecutionCancelSignal();
		if (this.isStopped) this.haltByStop();
		this.stop?.addEventListener('abort', this.haltByStop, { once: true });
	}

	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** Whether Stop was pressed, or the workflow's timeout is over. */
	get isStopped(): boolean {
		return this.stop?.aborted === true;
	}

	/** Ends the run because a part of it has failed, unless the node continues on failures. */
	byFailure(): void {
		if (!this.context.continueOnFail()) this.controller.abort(new Halted('Another item failed'));
	}

	/**
	 * Ends the run by an item's failure, unless the node continues on failures.
	 * @returns the failure, with its item
	 */
	byItem(error: unknown, item: number): Failure {
		const failure = asFailure(error);
		if (this.context.continueOnFail()) return failure;
		failure.item = item;
		this.firstFailure ??= failure;
		this.byFailure();
		return failure;
	}

	/** The run is over. */
	close(): void {
		this.stop?.removeEventListener('abort', this.haltByStop);
	}

	private readonly haltByStop = () => {
		this.controller.abort(new Halted('The execution was stopped'));
	};
}

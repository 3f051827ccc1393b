import type { Clock } from '../api/clock';

/** How long a run may work on before others have their turn, in ms: one thread works for all workflows of an n8n. */
const longestStretch = 25;

/** A stretch of work on many items, which leaves n8n time for others, and for Stop. */
export class Stretch {
	private begunAt: number;

	/** @param signal aborted when the work is to end */
	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {
		this.begunAt = clock.now();
	}

	/**
	 * Lets others have their turn when this has worked for long enough. To be called between two items.
	 * @throws the signal's reason
	 */
	async breathe(): Promise<void> {
		if (this.clock.now() - this.begunAt < longestStretch) return;
		await this.clock.sleep(0, this.signal);
		this.begunAt = this.clock.now();
	}
}

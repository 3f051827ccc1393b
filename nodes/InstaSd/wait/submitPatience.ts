import type { Clock } from '../api/clock';

/**
 * How long the submits of a run go on being sent while the service answers them with 429. One that is accepted shows that
 * there is room, and patience begins anew for all.
 */
export class SubmitPatience {
	private refusedSince: number | undefined;

	constructor(private readonly clock: Clock) {}

	accepted(): void {
		this.refusedSince = undefined;
	}

	refused(): void {
		this.refusedSince ??= this.clock.now();
	}

	/** When a patience of so many ms is over, on the clock. */
	over(ms: number): number {
		return (this.refusedSince ?? this.clock.now()) + ms;
	}
}

/** Limits concurrency: runs at most `count` pieces of work at once, first come, first served. */
export class Slots {
	private free: number;
	private readonly waiting: Array<() => void> = [];

	/** @param signal once aborted, work that has not started rejects with its reason */
	constructor(
		count: number,
		private readonly signal: AbortSignal,
	) {
		this.free = count;
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.free > 0) this.free -= 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			this.signal.throwIfAborted();
			return await work();
		} finally {
			const next = this.waiting.shift();
			if (next === undefined) this.free += 1;
			else next();
		}
	}
}

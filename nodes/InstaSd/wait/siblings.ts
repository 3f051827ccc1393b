/** Two ages in ms between which tasks have ended. */
interface Range {
	after: number;
	by: number;
}

/** A range this narrow, in ms, need not be halved. */
const narrow = 100;

/**
 * What the tasks of a run that have ended tell of those that have not: most runs make many of a kind. As long as they
 * agree, they narrow down when such a task ends; one that does not begins anew.
 */
export class Siblings {
	private range: Range | undefined;
	private doAgree = false;

	/** A task was seen running at the one age, and over at the other. Ages in ms since its submit. */
	ended(after: number, by: number): void {
		const common = {
			after: Math.max(after, this.range?.after ?? Infinity),
			by: Math.min(by, this.range?.by ?? -Infinity),
		};
		this.doAgree = common.after < common.by;
		this.range = this.doAgree ? common : { after, by };
	}

	/** The ages in ms at which another may end; to ask in the middle of what is known halves it for the next one. */
	endsMs(): number[] {
		if (this.range === undefined || !this.doAgree) return [];
		const { after, by } = this.range;
		return by - after > narrow ? [(after + by) / 2, by] : [by];
	}
}

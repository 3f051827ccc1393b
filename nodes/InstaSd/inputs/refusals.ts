import { Failure, invalidInput } from '../api/failures';

/** As many wrong values as are told at once; the rest comes with the next try. */
const mostTold = 10;

/** What is wrong with an item: it is checked to its end, so that all can be corrected at once. */
export class Refusals {
	private readonly failures: Failure[] = [];

	/** What a check threw that is no refusal. */
	private unforeseen: { error: unknown } | undefined;

	/** Whether there is enough to tell, so that nothing more need be checked. */
	get isFull(): boolean {
		return this.failures.length >= mostTold || this.unforeseen !== undefined;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Does a check; where it refuses, that is kept, and nothing given. */
	check<T>(work: () => T): T | undefined {
		try {
			return work();
		} catch (error) {
			if (error instanceof Failure) this.add(error);
			else this.unforeseen = { error };
			return undefined;
		}
	}

	/** @throws Failure the one there is, or INVALID_INPUT with a line for each; nothing where nothing is wrong */
	throwAll(): void {
		if (this.unforeseen !== undefined) throw this.unforeseen.error;
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		if (others.length === 0) throw first;
		const lines = this.failures.map(({ message }, index) => `${index + 1}. ${message}`);
		const count = `${this.failures.length} values${this.isFull ? ' or more' : ''} are wrong:`;
		const advice = new Set(this.failures.map(({ details }) => details.description));
		throw invalidInput([count, ...lines].join('\n'), [...advice].join('\n'));
	}
}

import { Failure, invalidInput } from '../api/failures';

/** The description of an error whose way out depends on where the values come from. */
export const nothingSent = 'Nothing was sent.';

/** Maximum number of wrong values in one error; the user sees the rest on the next attempt. */
const maxErrors = 10;

/** Collects the errors of an item, so that the user can correct them all at once. */
export class InputErrors {
	private readonly failures: Failure[] = [];

	/** An error other than a Failure, thrown by a check. */
	private unexpected: { error: unknown } | undefined;

	/** Whether there are enough errors to stop checking. */
	get isFull(): boolean {
		return this.failures.length >= maxErrors || this.unexpected !== undefined;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Runs a check; collects its failure and returns undefined. */
	check<T>(run: () => T): T | undefined {
		try {
			return run();
		} catch (error) {
			if (error instanceof Failure) this.add(error);
			else this.unexpected = { error };
			return undefined;
		}
	}

	/**
	 * Does nothing without errors.
	 * @param wayOut how to correct a value, where the error itself does not say
	 * @throws Failure the only error, or INVALID_INPUT with a line for each
	 */
	throwAll(wayOut: string): void {
		if (this.unexpected !== undefined) throw this.unexpected.error;
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		const ways = this.failures.map(({ details: { description } }) =>
			description === nothingSent ? `${nothingSent} ${wayOut}` : description,
		);
		if (others.length === 0) throw first.with({ description: ways.join() });
		const count = `${this.failures.length}${this.isFull ? ' or more' : ''} values are wrong:`;
		const lines = this.failures.map(({ message }, index) => `${index + 1}. ${message}`);
		// What several errors have in common, such as the list of inputs below a blank line, is said once.
		const parts = ways.map((way) => way.split('\n\n'));
		const advice = new Set(parts.flatMap(([first = '']) => first.split('\n')));
		const lists = new Set(parts.flatMap(([, ...below]) => below));
		throw invalidInput(
			[count, ...lines].join('\n'),
			[[...advice].join('\n'), ...lists].join('\n\n'),
		);
	}
}

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
		throw invalidInput([count, ...lines].join('\n'), together(ways));
	}
}

/** Several descriptions, each thing said once; the list of inputs, which stands below a blank line, comes last. */
function together(descriptions: readonly string[]): string {
	const parts = descriptions.map((description) => description.split('\n\n'));
	const advice = parts.flatMap(([own = '']) => own.replace(nothingSent, '').trim().split('\n'));
	const lists = parts.flatMap(([, ...below]) => below);
	return [[nothingSent, ...new Set(advice)].join('\n'), ...new Set(lists)].join('\n\n');
}

import { Failure, wrongInput } from '../api/failures';

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
	 * @throws Failure INVALID_INPUT with all errors, and what corrects or helps several of them said once
	 */
	throwAll(wayOut: string): void {
		if (this.unexpected !== undefined) throw this.unexpected.error;
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		const all = this.failures.map(({ details }) => details);
		const ways = new Set(all.flatMap(({ ways: own = [] }) => (own.length === 0 ? wayOut : own)));
		const inputList = all.find((one) => one.inputList !== undefined)?.inputList;
		if (others.length === 0) throw wrongInput(first.message, [...ways], inputList);
		const count = `${this.failures.length}${this.isFull ? ' or more' : ''} values are wrong:`;
		const lines = all.map(({ message }, index) => `${index + 1}. ${message}`);
		throw wrongInput([count, ...lines].join('\n'), [...ways], inputList, '\n');
	}
}

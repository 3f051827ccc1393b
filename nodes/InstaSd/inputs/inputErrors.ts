import { asFailure, type Failure, wrongInput } from '../api/failures';

/** Maximum number of wrong values in one error; the user sees the rest on the next attempt. */
const maxErrors = 10;

/** Collects the errors of an item, so that the user can correct them all at once. */
export class InputErrors {
	private readonly failures: Failure[] = [];
	/** How many of them are about inputs that have no value. */
	private missing = 0;

	/** Whether there are enough errors to stop checking. */
	get isFull(): boolean {
		return this.failures.length >= maxErrors;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Adds the error of an input that has no value. */
	addMissing(failure: Failure): void {
		this.missing += 1;
		this.add(failure);
	}

	/** Runs a check; collects its failure and returns undefined, as it does without running it when there are enough. */
	check<T>(run: () => T): T | undefined {
		try {
			return this.isFull ? undefined : run();
		} catch (error) {
			this.add(asFailure(error));
			return undefined;
		}
	}

	/**
	 * Does nothing without errors.
	 * @param wayOut how to correct a value, where the error itself does not say
	 * @throws Failure INVALID_INPUT with all errors, and what corrects or helps several of them said once
	 */
	throwAll(wayOut: string): void {
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		const all = this.failures.map(({ details }) => details);
		const ways = new Set(all.flatMap(({ ways: own = [] }) => (own.length === 0 ? wayOut : own)));
		const inputList = all.find((one) => one.inputList !== undefined)?.inputList;
		if (others.length === 0) throw wrongInput(first.message, [...ways], inputList);
		const what = this.missing === all.length ? 'inputs are missing' : 'values are wrong';
		const count = `${all.length}${this.isFull ? ' or more' : ''} ${what}:`;
		const lines = all.map(({ message }, index) => `${index + 1}. ${message}`);
		throw wrongInput([count, ...lines].join('\n'), [...ways], inputList, '\n');
	}
}

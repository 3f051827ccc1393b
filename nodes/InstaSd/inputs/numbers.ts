/** A number, or text that spells one in decimal; undefined for all else. */
export function parseNumber(given: unknown): number | undefined {
	if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
	if (typeof given !== 'string') return undefined;
	if (!/^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(given)) return undefined;
	const number = Number(given);
	return Number.isFinite(number) ? number : undefined;
}

/** The way out of a number that is too large. */
export const useSmallerNumber =
	'n8n computes exactly up to ±9007199254740991 (2^53 − 1). Use a smaller number.';

/** Whether a number arrives as it was written: JavaScript rounds integers beyond ±(2^53 − 1). */
export function isExact(number: number): boolean {
	return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

/** Whether every number within a JSON value is exact. */
export function holdsExactNumbers(value: unknown): boolean {
	if (typeof value === 'number') return isExact(value);
	if (typeof value !== 'object' || value === null) return true;
	return Object.values(value).every(holdsExactNumbers);
}

/** A boolean, as people write it; undefined for anything else. */
export function parseBoolean(given: unknown): boolean | undefined {
	if (typeof given === 'object') return undefined;
	const word = String(given).trim().toLowerCase();
	if (/^(true|yes|on|1)$/.test(word)) return true;
	return /^(false|no|off|0)$/.test(word) ? false : undefined;
}

/** A number, or its decimal text; undefined for anything else. */
export function parseNumber(given: unknown): number | undefined {
	if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
	if (typeof given !== 'string') return undefined;
	if (!/^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(given)) return undefined;
	const number = Number(given);
	return Number.isFinite(number) ? number : undefined;
}

/** Advice for a number that is too large. */
export const useSmallerNumber =
	'n8n handles whole numbers exactly only up to ±9007199254740991 (2^53 − 1). Use a smaller number.';

/** Whether a number is exact: JavaScript rounds integers beyond ±(2^53 − 1). */
export function isExact(number: number): boolean {
	return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

/** Whether every number in a JSON value is exact. */
export function hasExactNumbers(value: unknown): boolean {
	if (typeof value === 'number') return isExact(value);
	if (typeof value !== 'object' || value === null) return true;
	return Object.values(value).every(hasExactNumbers);
}

const number = String.raw`(-?\d+(?:\.\d+)?)`;
const rangeHint = new RegExp(String.raw`\(${number}\s*(?:-|–|\.\.|to)\s*${number}\)`);

/**
 * The range in a title such as "Steps (8-12)"; undefined without one. Random seeds stay within it; for other inputs it
 * is advice, which the service does not enforce.
 */
export function rangeInTitle(title: string): { least: number; greatest: number } | undefined {
	const found = rangeHint.exec(title);
	if (found === null) return undefined;
	const [least, greatest] = [Number(found[1]), Number(found[2])];
	return least <= greatest ? { least, greatest } : undefined;
}

/** Whether a value is a number, or its text, outside the range in the input's title. */
export function isOutOfRange(title: string, value: unknown): boolean {
	const sent = parseNumber(value);
	const range = sent === undefined ? undefined : rangeInTitle(title);
	return sent !== undefined && range !== undefined && (sent < range.least || sent > range.greatest);
}

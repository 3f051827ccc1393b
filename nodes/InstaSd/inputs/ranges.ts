import { parseNumber } from './numbers';

const number = String.raw`(-?\d+(?:\.\d+)?)`;
const rangeHint = new RegExp(String.raw`\(${number}\s*(?:-|–|\.\.|to)\s*${number}\)`);

/**
 * The least and greatest value in the hint of a title such as "Steps (8-12)"; undefined without one. Random seeds follow
 * it; for other inputs it is advice to people, not a rule of the service.
 */
export function rangeInTitle(title: string): { least: number; greatest: number } | undefined {
	const found = rangeHint.exec(title);
	if (found === null) return undefined;
	const [least, greatest] = [Number(found[1]), Number(found[2])];
	return least <= greatest ? { least, greatest } : undefined;
}

/** Whether a value is a number, or spells one, outside the range that the title of its input names. */
export function isOutOfRange(title: string, value: unknown): boolean {
	const sent = parseNumber(value);
	const range = sent === undefined ? undefined : rangeInTitle(title);
	return sent !== undefined && range !== undefined && (sent < range.least || sent > range.greatest);
}

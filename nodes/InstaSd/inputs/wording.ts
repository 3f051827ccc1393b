/**
 * The first of a list that may be long, in words, and how many more there are.
 * @param whereMore where the others are found, behind their number
 */
export function firstFew(
	all: ReadonlyArray<string | number>,
	most: number,
	whereMore = '',
): string {
	const more = all.length - most;
	return `${all.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more${whereMore}` : ''}`;
}

/** A value as an error quotes it: text in quotes, an object as JSON, and never more than a line of it. */
export function quoted(value: unknown): string {
	const text = asText(value);
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function asText(value: unknown): string {
	if (typeof value === 'string') return `'${value}'`;
	// Not String(value): an object's own toString may be anything.
	if (typeof value === 'object') return JSON.stringify(value, withoutBigInt) ?? 'nothing';
	return String(value);
}

/** JSON has no such number, and would fail. */
function withoutBigInt(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value;
}

/** An input as errors name it: titles repeat, ids do not. */
export function nameOf({ id, title = id }: { id: string; title?: string }): string {
	return title === id || title.trim() === '' ? `'${id}'` : `'${title}' (${id})`;
}

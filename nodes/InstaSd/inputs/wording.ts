/**
 * The first `max` items of a list, and the number of the others: `a, b and 3 more`.
 * @param suffix follows that number, for instance to say where to find the others
 */
export function firstFew(all: ReadonlyArray<string | number>, max: number, suffix = ''): string {
	const more = all.length - max;
	return `${all.slice(0, max).join(', ')}${more > 0 ? ` and ${more} more${suffix}` : ''}`;
}

/** At most `length` UTF-16 units of a text, without splitting a surrogate pair. */
export function truncate(text: string, length: number): string {
	if (text.length <= length) return text;
	return `${text
		.slice(0, length)
		.replace(/[\uD800-\uDBFF]$/, '')
		.trimEnd()}…`;
}

/** A value for an error message: text in quotes, an object as JSON, truncated to 80 characters. */
export function quoted(value: unknown): string {
	return truncate(asText(value), 80);
}

function asText(value: unknown): string {
	if (typeof value === 'string') return `'${value}'`;
	// Not String(value): an object's own toString could do anything.
	if (typeof value !== 'object') return String(value);
	// JSON.stringify throws on a bigint.
	const replacer = (_key: string, part: unknown) =>
		typeof part === 'bigint' ? String(part) : part;
	return JSON.stringify(value, replacer) ?? 'nothing';
}

/** A text for the places in which n8n renders HTML, such as the description of an error. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

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

/** A value as an error shows it: text in quotes, an object as JSON, and never more than a line of it. */
export function shown(value: unknown): string {
	let text = String(value);
	if (typeof value === 'string') text = `'${value}'`;
	else if (typeof value === 'object') text = JSON.stringify(value, withoutBigInt);
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** JSON has no such number, and would fail. */
function withoutBigInt(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value;
}

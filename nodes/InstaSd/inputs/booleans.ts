const words: ReadonlyMap<string, boolean> = new Map([
	...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
	...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

/** Yes or no, as people write it; undefined for all else. */
export function parseBoolean(given: unknown): boolean | undefined {
	if (typeof given === 'object') return undefined;
	return words.get(String(given).trim().toLowerCase());
}

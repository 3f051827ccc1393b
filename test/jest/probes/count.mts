let count = 0;

/** What this module remembers: how often it has been asked. */
export function countUp(): number {
	return ++count;
}

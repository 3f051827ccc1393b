/** In characters; names that differ only behind them are not told apart. */
const comparedLength = 60;

/** What was found for what was written, by the inputs of a run. */
const found = new WeakMap<object, Map<string, string | undefined>>();

/**
 * The title or id of an input that was probably meant; undefined where none is near. The same mistake is usually made in
 * every item of a run, so what was found is kept for as long as the list of inputs itself.
 */
export function nearestInput(
	inputs: ReadonlyArray<{ id: string; title: string }>,
	written: string,
): string | undefined {
	const known = found.get(inputs) ?? new Map<string, string | undefined>();
	found.set(inputs, known);
	const key = comparable(written).join('');
	if (!known.has(key)) {
		const names = inputs.flatMap(({ id, title }) => [title, id]);
		known.set(key, nearest(written, names));
	}
	return known.get(key);
}

/** The name with the fewest changed letters from what was written; undefined when all differ in more than half. */
export function nearest(written: string, names: readonly string[]): string | undefined {
	const wanted = comparable(written);
	let best: { name: string; distance: number } | undefined;
	for (const name of names) {
		const other = comparable(name);
		const longer = Math.max(wanted.length, other.length);
		const most = Math.min(Math.floor(longer / 2), (best?.distance ?? Infinity) - 1);
		const distance = editDistance(wanted, other, most);
		if (distance <= most) best = { name, distance };
	}
	return best?.name;
}

function comparable(name: string): string[] {
	return [
		...name
			.trim()
			.slice(0, 2 * comparedLength)
			.toLowerCase(),
	].slice(0, comparedLength);
}

/**
 * Levenshtein's distance: insertions, removals and exchanges of one character.
 * @param most whatever is more comes out as Infinity, and sooner
 */
function editDistance(from: readonly string[], to: readonly string[], most: number): number {
	if (Math.abs(from.length - to.length) > most) return Infinity;
	let above = [0, ...to.map((_, column) => column + 1)];
	for (const [row, letter] of from.entries()) {
		const current = [row + 1];
		let least = row + 1;
		for (let column = 0; column < to.length; column++) {
			const exchanged = (above[column] ?? 0) + (letter === to[column] ? 0 : 1);
			const distance = Math.min(
				(above[column + 1] ?? 0) + 1,
				(current[column] ?? 0) + 1,
				exchanged,
			);
			current.push(distance);
			if (distance < least) least = distance;
		}
		above = current;
		if (least > most) return Infinity;
	}
	return above[above.length - 1] ?? 0;
}

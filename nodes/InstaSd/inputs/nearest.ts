/** The name with the fewest changed letters from what was written; undefined when all differ in more than half. */
export function nearest(written: string, names: readonly string[]): string | undefined {
	const wanted = comparable(written);
	let best: { name: string; distance: number } | undefined;
	for (const name of names) {
		const other = comparable(name);
		const allowed = Math.max(wanted.length, other.length) / 2;
		if (Math.abs(wanted.length - other.length) > allowed) continue;
		const distance = editDistance(wanted, other);
		if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name, distance };
	}
	return best?.name;
}

function comparable(name: string): string[] {
	return [...name.trim().toLowerCase().slice(0, 100)];
}

/** Levenshtein's distance: insertions, removals and exchanges of one character. */
function editDistance(from: readonly string[], to: readonly string[]): number {
	let above = [0, ...to.map((_, column) => column + 1)];
	from.forEach((letter, row) => {
		const current = [row + 1];
		to.forEach((other, column) => {
			current.push(
				Math.min(
					(above[column + 1] ?? 0) + 1,
					(current[column] ?? 0) + 1,
					(above[column] ?? 0) + (letter === other ? 0 : 1),
				),
			);
		});
		above = current;
	});
	return above[above.length - 1] ?? 0;
}

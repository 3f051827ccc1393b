/** The name with the fewest changed letters from what was written; undefined when all differ in more than half. */
export function nearest(written: string, names: readonly string[]): string | undefined {
	const wanted = written.trim().toLowerCase().slice(0, 100);
	let best: { name: string; distance: number } | undefined;
	for (const name of names) {
		const distance = editDistance(wanted, name.trim().toLowerCase().slice(0, 100));
		if (
			distance <= Math.max(wanted.length, name.length) / 2 &&
			distance < (best?.distance ?? Infinity)
		) {
			best = { name, distance };
		}
	}
	return best?.name;
}

/** Levenshtein's distance: insertions, removals and exchanges of one character. */
function editDistance(from: string, to: string): number {
	const others = [...to];
	let above = [0, ...others.map((_, column) => column + 1)];
	[...from].forEach((letter, row) => {
		const current = [row + 1];
		others.forEach((other, column) => {
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

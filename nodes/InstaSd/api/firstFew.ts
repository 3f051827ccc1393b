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

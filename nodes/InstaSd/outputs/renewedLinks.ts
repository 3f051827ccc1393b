import type { FileLink } from '../api/replies';
import { pathOf } from './mimeTypes';

/**
 * Where each link of a renewed list was in the list before; undefined for a file that is to be fetched anew. A link is
 * known again by its path, because a renewal changes what is behind it, and perhaps the host. Where all paths are new,
 * the whole list is fetched anew, in whatever order it is.
 * @returns undefined when a file is lost: neither its path nor its name is in the fresh list
 */
export function placesBefore(
	before: readonly FileLink[],
	fresh: readonly FileLink[],
): Array<number | undefined> | undefined {
	if (fresh.length < before.length || distinct(fresh) < distinct(before)) return undefined;
	const oldPaths = before.map(({ url }) => pathOf(url));
	const freshPaths = fresh.map(({ url }) => pathOf(url));
	const lost = without(oldPaths, freshPaths);
	const renamed = without(freshPaths, oldPaths);
	const areAllNew = lost.length === before.length;
	if (!areAllNew && without(lost.map(nameIn), renamed.map(nameIn)).length > 0) return undefined;
	const oldPlaces = placesOf(oldPaths);
	const freshPlaces = placesOf(freshPaths);
	return freshPaths.map((path) => {
		const [place, ...others] = oldPlaces.get(path) ?? [];
		// Two files of one path cannot be told apart.
		return others.length > 0 || freshPlaces.get(path)?.length !== 1 ? undefined : place;
	});
}

function distinct(links: readonly FileLink[]): number {
	return new Set(links.map(({ url }) => url)).size;
}

/** What is in a list beyond what is in the other, each as often as that. */
function without(all: readonly string[], others: readonly string[]): string[] {
	const left = new Map([...placesOf(others)].map(([one, places]) => [one, places.length]));
	return all.filter((one) => {
		const count = left.get(one) ?? 0;
		left.set(one, count - 1);
		return count <= 0;
	});
}

function placesOf(all: readonly string[]): Map<string, number[]> {
	const places = new Map<string, number[]>();
	all.forEach((one, place) => {
		const known = places.get(one);
		if (known === undefined) places.set(one, [place]);
		else known.push(place);
	});
	return places;
}

function nameIn(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

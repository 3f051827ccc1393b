import type { FileLink } from '../api/task';
import { pathOf } from './fileNames';

/** A value that names a file; no signature ends so. */
const fileName = /\.[a-z0-9]{2,4}$/i;

/**
 * Finds the files of a task again in a later reply, which may sign its links anew and list them in another order. Links of
 * one reply that differ in their query alone are different files (ComfyUI's are `/view?filename=a`), but one file has another
 * signature in each reply. So a file is told by its list, its path, and the parameters that name a file or have a value in
 * common with the other reply.
 * @returns for each fresh link the index of the earlier link to its file; undefined if the file is new, or one of several
 * that nobody can tell apart. Nothing at all if the fresh links are too few: each file has one at its old place, or a new one
 */
export function matchLinks(
	earlier: readonly FileLink[],
	fresh: readonly FileLink[],
): Array<number | undefined> | undefined {
	const known = new Set(earlier.flatMap(parametersOf).map(String));
	const common = fresh.flatMap(parametersOf).filter((pair) => known.has(String(pair)));
	const lasting = new Set(common.map(([name]) => name));
	const keyOf = (link: FileLink) => {
		const telling = parametersOf(link).filter(
			([name, value]) => lasting.has(name) || fileName.test(value),
		);
		return JSON.stringify([link.kind, pathOf(link.url), telling.sort()]);
	};
	const before = urlsByKey(earlier, keyOf);
	const now = urlsByKey(fresh, keyOf);

	let lost = 0;
	for (const [key, { size }] of before) lost += Math.max(0, size - (now.get(key)?.size ?? 0));
	for (const [key, { size }] of now) if (!before.has(key)) lost -= size;
	if (lost > 0) return undefined;
	return fresh.map((link) => {
		const key = keyOf(link);
		const [index, ...others] = before.get(key)?.values() ?? [];
		return others.length === 0 && now.get(key)?.size === 1 ? index : undefined;
	});
}

function parametersOf({ url }: FileLink): Array<[name: string, value: string]> {
	return URL.canParse(url) ? [...new URL(url).searchParams] : [];
}

/** The different URLs of each key, with the index of their first link. */
function urlsByKey(links: readonly FileLink[], keyOf: (link: FileLink) => string) {
	const byKey = new Map<string, Map<string, number>>();
	for (const [index, link] of links.entries()) {
		const key = keyOf(link);
		const urls = byKey.get(key) ?? new Map<string, number>();
		if (!urls.has(link.url)) byKey.set(key, urls.set(link.url, index));
	}
	return byKey;
}

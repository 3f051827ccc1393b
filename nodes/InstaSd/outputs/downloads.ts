import { Failure, rethrowAs } from '../api/failures';
import type { FileLink, Task } from '../api/task';
import { type Fetched, fetchFile, type FileHost, type StoredFile } from './fetchFile';
import { pathOf } from './fileNames';

export interface Downloads extends FileHost {
	/** Asks for the task's status again, for fresh links. */
	renew: (taskId: string) => Promise<Task>;
}

type NotFetched = Exclude<Fetched, { kind: 'stored' }>;

/**
 * Fetches the files of a task. A dead link is renewed once for a task; the files of before are kept as far as they are
 * known again in the fresh list.
 * @returns the files in the order of the links, and the task whose links they came from
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED, with the task's id and links
 */
export async function downloadFiles(
	downloads: Downloads,
	task: Task,
): Promise<{ task: Task; files: StoredFile[] }> {
	const first = await fetchAll(downloads, task, []);
	if (first.kind === 'stored') return { task, files: first.files };
	const { link, result } = first;
	if (result.kind === 'failed') throw downloadFailed(task, link, result);

	const fresh = await renew(downloads, task, link);
	const places = placesBefore(task.links, fresh.links);
	if (places === undefined) throw lostInRenewal(task, fresh, link, result.httpStatus);
	const kept = places.map((place) => (place === undefined ? undefined : first.files[place]));
	const second = await fetchAll(downloads, fresh, kept);
	if (second.kind === 'stored') return { task: fresh, files: second.files };
	throw downloadFailed(fresh, second.link, second.result);
}

/**
 * The files behind a task's links, one after the other, up to the first that cannot be had.
 * @param kept what there is already, in the order of the links
 */
async function fetchAll(
	host: FileHost,
	{ id, links }: Task,
	kept: ReadonlyArray<StoredFile | undefined>,
): Promise<
	| { kind: 'stored'; files: StoredFile[] }
	| { kind: 'missing'; files: StoredFile[]; link: FileLink; result: NotFetched }
> {
	const files: StoredFile[] = [];
	for (const [index, link] of links.entries()) {
		const known = kept[index];
		const result: Fetched =
			known === undefined
				? await fetchFile(host, link, { taskId: id, index })
				: { kind: 'stored', file: { ...known, ...link } };
		if (result.kind !== 'stored') return { kind: 'missing', files, link, result };
		files.push(result.file);
	}
	return { kind: 'stored', files };
}

/** @throws Failure DOWNLOAD_FAILED when the task cannot be asked for; with the reason */
async function renew(downloads: Downloads, task: Task, link: FileLink): Promise<Task> {
	return await rethrowAs(downloads.renew(task.id), (error) => {
		if (!(error instanceof Failure)) return error;
		const reason = `its link is dead, and there is no fresh one: ${error.message}`;
		return downloadFailed(task, link, { kind: 'failed', reason });
	});
}

function downloadFailed(task: Task, link: FileLink, result: NotFetched): Failure {
	const details = {
		taskId: task.id,
		status: task.status,
		links: task.links.map(({ url }) => url),
	};
	if (result.kind === 'dead') {
		return new Failure({
			...details,
			code: 'LINK_EXPIRED',
			message: `A file of task ${task.id} is no longer there: the file host answered ${result.httpStatus}, for a fresh link too`,
			description: `The task is complete, only its file could not be fetched. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
			httpStatus: result.httpStatus,
		});
	}
	return new Failure({
		...details,
		code: 'DOWNLOAD_FAILED',
		message: `A file of task ${task.id} could not be downloaded: ${result.reason}`,
		description: `The task is complete and its links live for 30 minutes. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
	});
}

/** A renewed list in which a file is missing; the links of both are known. */
function lostInRenewal(task: Task, fresh: Task, link: FileLink, httpStatus: number): Failure {
	return new Failure({
		code: 'LINK_EXPIRED',
		message: `A file of task ${task.id} is no longer there: the file host answered ${httpStatus}, and the fresh links of the task do not name all its files`,
		description: `The task is complete, only its files could not be fetched. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
		taskId: task.id,
		status: fresh.status,
		httpStatus,
		links: [...new Set([...task.links, ...fresh.links].map(({ url }) => url))],
	});
}

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

import { Failure, rethrowAs } from '../api/failures';
import type { FileLink, Task } from '../api/task';
import { type Fetched, fetchFile, type FileHost, type StoredFile } from './fetchFile';
import { pathOf } from './fileNames';

export interface Downloads extends FileHost {
	/** Polls the task once, to get fresh links. */
	renew: (taskId: string) => Promise<Task>;
}

type FetchError = Exclude<Fetched, { kind: 'stored' }>;

/**
 * Downloads the files of a task. When a link has expired, the links are renewed, once per task; files already downloaded
 * are kept if the fresh list still names them.
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
	const oldIndexes = matchRenewedLinks(task.links, fresh.links);
	if (oldIndexes === undefined) throw lostInRenewal(task, fresh, link, result.httpStatus);
	const kept = oldIndexes.map((index) => (index === undefined ? undefined : first.files[index]));
	const second = await fetchAll(downloads, fresh, kept);
	if (second.kind === 'stored') return { task: fresh, files: second.files };
	throw downloadFailed(fresh, second.link, second.result);
}

/**
 * Downloads a task's files one after the other and stops at the first that fails.
 * @param kept files already downloaded, in the order of the links
 */
async function fetchAll(
	host: FileHost,
	{ id, links }: Task,
	kept: ReadonlyArray<StoredFile | undefined>,
): Promise<
	| { kind: 'stored'; files: StoredFile[] }
	| { kind: 'missing'; files: StoredFile[]; link: FileLink; result: FetchError }
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

/** @throws Failure DOWNLOAD_FAILED when the status call fails, with its reason */
async function renew(downloads: Downloads, task: Task, link: FileLink): Promise<Task> {
	return await rethrowAs(downloads.renew(task.id), (error) => {
		if (!(error instanceof Failure)) return error;
		const reason = `its link has expired and could not be renewed: ${error.message}`;
		return downloadFailed(task, link, { kind: 'failed', reason });
	});
}

function downloadFailed(task: Task, link: FileLink, result: FetchError): Failure {
	const details = {
		taskId: task.id,
		status: task.status,
		links: task.links.map(({ url }) => url),
	};
	if (result.kind === 'expired') {
		return new Failure({
			...details,
			code: 'LINK_EXPIRED',
			message: `A file of task ${task.id} is no longer available: the file host answered ${result.httpStatus}, even for a fresh link`,
			description: `The task is complete; only its file could not be downloaded. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
			httpStatus: result.httpStatus,
		});
	}
	return new Failure({
		...details,
		code: 'DOWNLOAD_FAILED',
		message: `A file of task ${task.id} could not be downloaded: ${result.reason}`,
		description: `The task is complete, and its links are valid for 30 minutes. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
	});
}

/** A file is missing from the renewed list. The error has the links of both lists. */
function lostInRenewal(task: Task, fresh: Task, link: FileLink, httpStatus: number): Failure {
	return new Failure({
		code: 'LINK_EXPIRED',
		message: `A file of task ${task.id} is no longer available: the file host answered ${httpStatus}, and the task's fresh links do not include all its files`,
		description: `The task is complete; only its files could not be downloaded. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
		taskId: task.id,
		status: fresh.status,
		httpStatus,
		links: [...new Set([...task.links, ...fresh.links].map(({ url }) => url))],
	});
}

/**
 * The index that each fresh link had in the old list; undefined for a file to download again. Links are matched by
 * path, because a renewal changes the query and perhaps the host. If all paths are new, all files are downloaded again.
 * @returns undefined when a file is lost: neither its path nor its name is in the fresh list
 */
export function matchRenewedLinks(
	before: readonly FileLink[],
	fresh: readonly FileLink[],
): Array<number | undefined> | undefined {
	if (fresh.length < before.length || countDistinct(fresh) < countDistinct(before))
		return undefined;
	const oldPaths = before.map(({ url }) => pathOf(url));
	const freshPaths = fresh.map(({ url }) => pathOf(url));
	const lost = difference(oldPaths, freshPaths);
	const renamed = difference(freshPaths, oldPaths);
	const areAllNew = lost.length === before.length;
	if (!areAllNew && difference(lost.map(baseName), renamed.map(baseName)).length > 0)
		return undefined;
	const oldIndexes = indexesOf(oldPaths);
	const freshIndexes = indexesOf(freshPaths);
	return freshPaths.map((path) => {
		const [index, ...others] = oldIndexes.get(path) ?? [];
		// Two files with the same path cannot be told apart.
		return others.length > 0 || freshIndexes.get(path)?.length !== 1 ? undefined : index;
	});
}

function countDistinct(links: readonly FileLink[]): number {
	return new Set(links.map(({ url }) => url)).size;
}

/** The items of a list that are not in the other; duplicates count. */
function difference(all: readonly string[], others: readonly string[]): string[] {
	const left = new Map([...indexesOf(others)].map(([one, indexes]) => [one, indexes.length]));
	return all.filter((one) => {
		const count = left.get(one) ?? 0;
		left.set(one, count - 1);
		return count <= 0;
	});
}

function indexesOf(all: readonly string[]): Map<string, number[]> {
	const indexes = new Map<string, number[]>();
	all.forEach((one, index) => {
		const found = indexes.get(one);
		if (found === undefined) indexes.set(one, [index]);
		else found.push(index);
	});
	return indexes;
}

function baseName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

import { Failure, rethrowAs } from '../api/failures';
import type { FileLink, Task } from '../api/task';
import { type FetchFailure, fetchFile, type FileHost, type StoredFile } from './fetchFile';
import { pathOf } from './fileNames';

/** The files of a task, or why the first that is missing could not be fetched. */
type FetchedAll = { kind: 'stored'; files: StoredFile[] } | (FetchFailure & { link: FileLink });

/**
 * Downloads the files of a task, one after the other. When a link has expired, the task is asked once for fresh ones, and
 * all its files are downloaded from these.
 * @param renew polls the task once
 * @returns the files in the order of the links, and the task whose links they came from
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED, with the task's id and links
 */
export async function downloadFiles(
	host: FileHost,
	task: Task,
	renew: (taskId: string) => Promise<Task>,
): Promise<{ task: Task; files: StoredFile[] }> {
	const first = await fetchAll(host, task);
	if (first.kind === 'stored') return { task, files: first.files };
	if (first.httpStatus === undefined) throw notDownloaded(first, task);

	const fresh = await rethrowAs(renew(task.id), (error) => {
		if (!(error instanceof Failure)) return error;
		const reason = `its link has expired and could not be renewed: ${error.message}`;
		return notDownloaded({ link: first.link, reason }, task);
	});
	if (countFiles(fresh) < countFiles(task)) {
		const reason = `${first.reason}, and the task's fresh links do not include all its files`;
		throw notDownloaded({ ...first, reason }, fresh, task.links);
	}
	const second = await fetchAll(host, fresh);
	if (second.kind === 'stored') return { task: fresh, files: second.files };
	const { httpStatus, reason } = second;
	const whole = httpStatus === undefined ? reason : `${reason}, even for a fresh link`;
	throw notDownloaded({ ...second, reason: whole }, fresh);
}

async function fetchAll(host: FileHost, { id, links }: Task): Promise<FetchedAll> {
	const files: StoredFile[] = [];
	for (const [index, link] of links.entries()) {
		const fetched = await fetchFile(host, link, { taskId: id, index });
		if (fetched.kind !== 'stored') return { ...fetched, link };
		files.push(fetched.file);
	}
	return { kind: 'stored', files };
}

/** Two links to one path may be two signatures of one file; the same number of links is the least that is expected. */
function countFiles({ links }: Task): number {
	return new Set(links.map(({ url }) => pathOf(url))).size;
}

function notDownloaded(
	{ httpStatus, link, reason }: Omit<FetchFailure, 'kind'> & { link: FileLink },
	{ id, links, status }: Task,
	earlier: readonly FileLink[] = [],
): Failure {
	return new Failure({
		code: httpStatus === undefined ? 'DOWNLOAD_FAILED' : 'LINK_EXPIRED',
		message: `A file of task ${id} could not be downloaded: ${reason}`,
		description: `The task is complete; only its file could not be downloaded. Try Get Status with this task id and 'Download Files'. The link was ${link.url}`,
		taskId: id,
		status,
		links: [...new Set([...earlier, ...links].map(({ url }) => url))],
		httpStatus,
	});
}

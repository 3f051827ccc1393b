import { Failure, rethrowAs } from '../api/failures';
import type { FileLink, Task } from '../api/task';
import { type FetchFailure, fetchFile, type FileHost, type StoredFile } from './fetchFile';
import { fileNameOf } from './fileNames';
import { matchLinks } from './freshLinks';

/** The files of a task up to the first that could not be fetched, and why not. */
interface Fetched {
	files: StoredFile[];
	failed?: FetchFailure & { link: FileLink };
}

/**
 * Downloads the files of a task, one after the other. When a link has expired, the task is asked once for fresh ones, from
 * which the missing files are downloaded.
 * @param renew polls the task once
 * @returns the files in the order of the links, and the task whose links they came from
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED, with the task's id and links
 */
export async function downloadFiles(
	host: FileHost,
	task: Task,
	renew: (taskId: string) => Promise<Task>,
): Promise<{ task: Task; files: StoredFile[] }> {
	const { failed, files } = await fetchMissing(host, task, []);
	if (failed === undefined) return { task, files };
	if (failed.httpStatus === undefined) throw notDownloaded(failed, task);

	const fresh = await rethrowAs(renew(task.id), (error) => {
		if (!(error instanceof Failure)) return error;
		const reason = `its link has expired and could not be renewed: ${error.message}`;
		return notDownloaded({ link: failed.link, reason }, task);
	});
	const earlier = matchLinks(task.links, fresh.links);
	if (earlier === undefined) {
		const reason = `${failed.reason}, and the task's fresh links do not include all its files`;
		throw notDownloaded({ ...failed, reason }, fresh, task.links);
	}
	const kept = earlier.map((index) => (index === undefined ? undefined : files[index]));
	const second = await fetchMissing(host, fresh, kept);
	if (second.failed === undefined) return { task: fresh, files: second.files };
	const { httpStatus, reason } = second.failed;
	const whole = httpStatus === undefined ? reason : `${reason}, even for a fresh link`;
	throw notDownloaded({ ...second.failed, reason: whole }, fresh);
}

/** @param kept the files that are there already, by the index of their links */
async function fetchMissing(
	host: FileHost,
	{ id, links }: Task,
	kept: ReadonlyArray<StoredFile | undefined>,
): Promise<Fetched> {
	const files: StoredFile[] = [];
	for (const [index, link] of links.entries()) {
		const place = { taskId: id, index };
		const file = kept[index];
		if (file !== undefined) {
			// Its number may be another one now, and that makes its name unique.
			const name = fileNameOf(link, place, file.binary.mimeType);
			files.push({ ...file, ...link, binary: { ...file.binary, fileName: name } });
			continue;
		}
		const fetched = await fetchFile(host, link, place);
		if (fetched.kind !== 'stored') return { files, failed: { ...fetched, link } };
		files.push(fetched.file);
	}
	return { files };
}

function notDownloaded(
	{ httpStatus, link, reason }: Omit<FetchFailure, 'kind'> & { link: FileLink },
	{ id, links, status }: Task,
	earlier: readonly FileLink[] = [],
): Failure {
	return new Failure({
		code: httpStatus === undefined ? 'DOWNLOAD_FAILED' : 'LINK_EXPIRED',
		message: `A file of task ${id} could not be downloaded: ${reason}`,
		description: `The task is complete; only its file could not be downloaded. To have it for free, add a second InstaSD node: Wait for Task, with the id ${id}. The link was ${link.url}`,
		task: { id, status, links: [...new Set([...earlier, ...links].map(({ url }) => url))] },
		httpStatus,
	});
}

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import type { Clock } from '../api/clock';
import { blockedByN8n, errorCodeIn } from '../api/errorCode';
import { Failure } from '../api/failures';
import { firstBytesLength } from '../api/fileSignatures';
import { limits } from '../api/limits';
import type { FileLink, Task } from '../api/replies';
import { backoffMs } from '../api/retry';
import { fileNameOf } from './fileNames';
import { readFirstBytes, type Body } from './firstBytes';
import { errorPageIn, mimeTypeOf } from './mimeTypes';
import { listenForSilence } from './silence';

/** How often a file is fetched before it counts as failed. */
const tries = 4;
/** Statuses of a link that has died; the task's status brings a fresh one. */
const deadLink: ReadonlySet<number> = new Set([403, 404, 410]);

const answer = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()),
	body: z.custom<Body>(),
});
const header = z.string().optional().catch(undefined);

export interface Downloads {
	context: IExecuteFunctions;
	clock: Clock;
	random: () => number;
	signal: AbortSignal;
	/** Asks for the task's status again, for fresh links. */
	renew: (taskId: string) => Promise<Task>;
}

/** A file of a task in n8n's binary storage. */
export interface StoredFile extends FileLink {
	binary: IBinaryData;
	bytes: number;
}

/**
 * Streams the files of a task into n8n's binary storage, without the token: they are on another host. A dead link is
 * renewed once for a task.
 * @returns the files, and the task whose links they came from
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED, with the task's id and links
 */
export async function downloadFiles(
	downloads: Downloads,
	task: Task,
): Promise<{ task: Task; files: StoredFile[] }> {
	let current = task;
	const files: StoredFile[] = [];
	for (let index = 0; index < current.links.length; ) {
		const link = current.links[index];
		if (link === undefined) break;
		const result = await fetchFile(downloads, task.id, link, index);
		if (result.kind === 'stored') {
			files.push({ ...link, binary: result.binary, bytes: result.bytes });
			index += 1;
		} else if (result.kind === 'dead' && current === task) {
			current = await downloads.renew(task.id).then(undefined, async (error: unknown) => {
				const known = error instanceof Failure;
				return await Promise.reject(
					known
						? downloadFailed(task, link, {
								kind: 'failed',
								reason: `its link is dead, and there is no fresh one: ${error.message}`,
							})
						: error,
				);
			});
			if (current.links.length < task.links.length) throw downloadFailed(task, link, result);
		} else throw downloadFailed(current, link, result);
	}
	return { task: current, files };
}

type Fetched =
	| { kind: 'stored'; binary: IBinaryData; bytes: number }
	| { kind: 'dead'; httpStatus: number }
	| { kind: 'failed'; reason: string; final?: boolean };

async function fetchFile(
	downloads: Downloads,
	taskId: string,
	link: FileLink,
	index: number,
): Promise<Fetched> {
	let reason = '';
	for (let attempt = 1; attempt <= tries; attempt++) {
		if (attempt > 1)
			await downloads.clock.sleep(backoffMs(attempt - 1, downloads.random), downloads.signal);
		const fetched = await fetchOnce(downloads, taskId, link, index);
		if (fetched.kind !== 'failed' || fetched.final) return fetched;
		reason = fetched.reason;
	}
	return { kind: 'failed', reason };
}

async function fetchOnce(
	{ context, clock, signal }: Downloads,
	taskId: string,
	link: FileLink,
	index: number,
): Promise<Fetched> {
	const silence = listenForSilence(clock, signal);
	try {
		const response = await context.helpers.httpRequest({
			method: 'GET',
			url: link.url,
			// A squeezed body is longer when it arrives than its host has said.
			headers: { 'Accept-Encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: silence.signal,
		});
		const { statusCode, headers, body: received } = answer.parse(response);
		const refused = refusal(statusCode);
		if (refused !== undefined) {
			discard(received);
			return refused;
		}
		const type = header.parse(headers['content-type']);
		const { firstBytes, body } = await readFirstBytes(received, firstBytesLength);
		const errorPage = errorPageIn(link, type, firstBytes);
		if (errorPage !== undefined) {
			discard(body);
			return { kind: 'failed', reason: `the link leads to ${errorPage}, not to a file` };
		}
		const mimeType = mimeTypeOf(link.url, type, firstBytes);
		const binary = await context.helpers.prepareBinaryData(
			silence.listenTo(body),
			fileNameOf(link, { taskId, index }, mimeType),
			mimeType ?? 'application/octet-stream',
		);
		const bytes = silence.bytes();
		const flaw = flawOf(bytes, header.parse(headers['content-length']));
		return flaw === undefined
			? { kind: 'stored', binary, bytes }
			: { kind: 'failed', reason: flaw };
	} catch (error) {
		signal.throwIfAborted();
		if (errorCodeIn(error) === blockedByN8n) {
			return {
				kind: 'failed',
				reason: "this n8n does not call private addresses (its administrator's setting)",
				final: true,
			};
		}
		const words = error instanceof Error ? error.message : String(error);
		const reason = silence.isTooLong()
			? `nothing came from the file host for ${limits.fileSilenceMs / 1000} s`
			: words;
		return { kind: 'failed', reason };
	} finally {
		silence.end();
	}
}

/** Why a reply of this status brings no file; undefined when it may bring one. */
function refusal(httpStatus: number): Exclude<Fetched, { kind: 'stored' }> | undefined {
	if (deadLink.has(httpStatus)) return { kind: 'dead', httpStatus };
	if (httpStatus === 200) return undefined;
	return { kind: 'failed', reason: `the file host answered ${httpStatus}` };
}

/** Ends a download whose rest nobody wants. */
function discard(body: Body): void {
	if (!Buffer.isBuffer(body)) body.destroy();
}

/** Why a file that arrived is none: it is empty, or shorter than its host said; undefined when it is whole. */
function flawOf(bytes: number, contentLength: string | undefined): string | undefined {
	if (bytes === 0) return 'the file is empty';
	const announced = contentLength === undefined ? undefined : Number(contentLength);
	if (announced === undefined || bytes >= announced) return undefined;
	return `only ${bytes} of ${announced} bytes arrived`;
}

function downloadFailed(
	task: Task,
	link: FileLink,
	result: Exclude<Fetched, { kind: 'stored' }>,
): Failure {
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

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { Clock } from '../api/clock';
import { messageOf } from '../api/failures';
import { firstBytesLength } from '../api/fileTypes';
import { backoffMs, blockedByN8n, blockedInWords, errorCodeIn } from '../api/retryRules';
import type { FileLink } from '../api/task';
import { type Body, DownloadWatch, readFirstBytes } from './downloadStream';
import { errorPageIn, fileNameOf, type FilePlace, mimeTypeOf } from './fileNames';

/** Attempts to download a file before it counts as failed. */
const maxAttempts = 4;
/** Any other 4xx may be an expired link, depending on the host; a status call gives a fresh one. */
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

const header = z.string().optional().catch(undefined);
const fileResponse = z.object({
	statusCode: z.number(),
	headers: z.object({
		'content-type': header,
		/** 0 where the host does not announce the size. */
		'content-length': z.coerce.number().catch(0),
	}),
	body: z.custom<Body>(),
});

export interface FileHost {
	context: IExecuteFunctions;
	clock: Clock;
	random: () => number;
	signal: AbortSignal;
}

/** A file of a task in n8n's binary storage. */
export interface StoredFile extends FileLink {
	binary: IBinaryData;
	bytes: number;
}

/** `isAsAnnounced`: unless its host announced another size. */
type Fetched = { kind: 'stored'; file: StoredFile; isAsAnnounced: boolean } | FetchFailure;

export interface FetchFailure {
	kind: 'failed';
	reason: string;
	/** Of a link that may have expired. */
	httpStatus?: number;
	/** Whether another try would go the same way. */
	final?: boolean;
}

/**
 * Streams a file into n8n's binary storage, without the token: it is on another host. An incomplete file is fetched
 * again. n8n unpacks a compressed file, and does not notice when that is cut short: one that is not as long as announced is
 * fetched twice.
 * @throws the signal's reason
 */
export async function fetchFile(
	host: FileHost,
	link: FileLink,
	place: FilePlace,
): Promise<Fetched> {
	let wasStored = false;
	for (let attempt = 1; ; attempt++) {
		const fetched = await fetchOnce(host, link, place);
		const isStored = fetched.kind === 'stored';
		const isFinal = isStored ? fetched.isAsAnnounced || wasStored : fetched.final;
		if (isFinal || attempt === maxAttempts) return fetched;
		wasStored ||= isStored;
		await host.clock.sleep(backoffMs(attempt, host.random), host.signal);
	}
}

async function fetchOnce(
	{ context, clock, signal }: FileHost,
	link: FileLink,
	place: FilePlace,
): Promise<Fetched> {
	const watch = new DownloadWatch(clock, signal);
	try {
		const response = await context.helpers.httpRequest({
			method: 'GET',
			url: link.url,
			headers: { 'Accept-Encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: watch.signal,
		});
		const { statusCode, headers, body: received } = fileResponse.parse(response);
		const failure = statusFailure(statusCode);
		if (failure !== undefined) {
			watch.discard(received);
			return failure;
		}
		const type = headers['content-type'];
		const { firstBytes, body } = await readFirstBytes(received, firstBytesLength);
		const errorPage = errorPageIn(link, type, firstBytes);
		if (errorPage !== undefined) {
			watch.discard(body);
			return { kind: 'failed', reason: `the link leads to ${errorPage}, not to a file` };
		}
		const mimeType = mimeTypeOf(link.url, type, firstBytes);
		const announced = headers['content-length'];
		const binary = await context.helpers.prepareBinaryData(
			watch.measure(body, announced),
			fileNameOf(link, place, mimeType),
			mimeType ?? 'application/octet-stream',
		);
		const { bytes } = watch;
		if (bytes === 0) return { kind: 'failed', reason: 'the file is empty' };
		const isAsAnnounced = announced === 0 || announced === bytes;
		return { kind: 'stored', file: { ...link, binary, bytes }, isAsAnnounced };
	} catch (error) {
		signal.throwIfAborted();
		if (errorCodeIn(error) === blockedByN8n) {
			return { kind: 'failed', reason: blockedInWords, final: true };
		}
		return { kind: 'failed', reason: messageOf(error), ...watch.aborted };
	} finally {
		watch.end();
	}
}

/** The failure that this HTTP status means; undefined for 200. */
function statusFailure(httpStatus: number): FetchFailure | undefined {
	if (httpStatus === 200) return undefined;
	const reason = `the file host answered ${httpStatus}`;
	const mayBeExpired = httpStatus >= 400 && httpStatus <= 499 && !transientStatuses.has(httpStatus);
	return { kind: 'failed', reason, ...(mayBeExpired && { httpStatus, final: true }) };
}

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import type { Clock } from '../api/clock';
import { messageOf } from '../api/failures';
import { firstBytesLength } from '../api/fileSignatures';
import { backoffMs, blockedByN8n, errorCodeIn } from '../api/retryRules';
import type { FileLink } from '../api/task';
import { type Body, readFirstBytes, StallDetector } from './downloadStream';
import { errorPageIn, fileNameOf, type FilePlace, mimeTypeOf } from './fileNames';

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

/** What it takes to fetch files. */
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
	/** Whether it came compressed: then nothing tells whether it is whole. */
	isCompressed: boolean;
}

/** What comes of a link: the file, none because the link has died, or none. */
export type Fetched =
	| { kind: 'stored'; file: StoredFile }
	| { kind: 'dead'; httpStatus: number }
	| { kind: 'failed'; reason: string; final?: boolean };

/**
 * Streams a file into n8n's binary storage, without the token: it is on another host. Fetched again where it does not
 * come whole. Of a file that comes compressed although it was asked for as it is, n8n does not notice when it is cut
 * short; so it is fetched once more, and then kept.
 * @throws the signal's reason
 */
export async function fetchFile(
	host: FileHost,
	link: FileLink,
	place: FilePlace,
): Promise<Fetched> {
	let reason = '';
	let keepCompressed = false;
	for (let attempt = 1; attempt <= tries; attempt++) {
		if (attempt > 1) await host.clock.sleep(backoffMs(attempt - 1, host.random), host.signal);
		const fetched = await fetchOnce(host, link, place, keepCompressed || attempt === tries);
		if (fetched.kind === 'compressed') {
			keepCompressed = true;
			continue;
		}
		if (fetched.kind !== 'failed' || fetched.final) return fetched;
		reason = fetched.reason;
	}
	return { kind: 'failed', reason };
}

async function fetchOnce(
	{ context, clock, signal }: FileHost,
	link: FileLink,
	place: FilePlace,
	keepCompressed: boolean,
): Promise<Fetched | { kind: 'compressed' }> {
	const stall = new StallDetector(clock, signal);
	try {
		const response = await context.helpers.httpRequest({
			method: 'GET',
			url: link.url,
			headers: { 'Accept-Encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: stall.signal,
		});
		const answered = answer.parse(response);
		const { statusCode, headers, body: received } = answered;
		const refused = refusal(statusCode);
		if (refused !== undefined) {
			stall.discard(received);
			return refused;
		}
		const type = header.parse(headers['content-type']);
		const { firstBytes, body } = await readFirstBytes(received, firstBytesLength);
		const errorPage = errorPageIn(link, type, firstBytes);
		if (errorPage !== undefined) {
			stall.discard(body);
			return { kind: 'failed', reason: `the link leads to ${errorPage}, not to a file` };
		}
		const mimeType = mimeTypeOf(link.url, type, firstBytes);
		const binary = await context.helpers.prepareBinaryData(
			stall.measure(body),
			fileNameOf(link, place, mimeType),
			mimeType ?? 'application/octet-stream',
		);
		const { bytes } = stall;
		if (bytes === 0) return { kind: 'failed', reason: 'the file is empty' };
		const isCompressed = cameCompressed(answered, bytes);
		if (isCompressed && !keepCompressed) return { kind: 'compressed' };
		return { kind: 'stored', file: { ...link, binary, bytes, isCompressed } };
	} catch (error) {
		signal.throwIfAborted();
		if (errorCodeIn(error) === blockedByN8n) {
			return {
				kind: 'failed',
				reason: "this n8n does not call private addresses (its administrator's setting)",
				final: true,
			};
		}
		return { kind: 'failed', reason: stall.reason() ?? messageOf(error) };
	} finally {
		stall.end();
	}
}

/** Why a reply of this status brings no file; undefined when it may bring one. */
function refusal(httpStatus: number): Exclude<Fetched, { kind: 'stored' }> | undefined {
	if (deadLink.has(httpStatus)) return { kind: 'dead', httpStatus };
	if (httpStatus === 200) return undefined;
	return { kind: 'failed', reason: `the file host answered ${httpStatus}` };
}

/**
 * Whether a file came compressed. What n8n decompresses it says nothing of, but then another number of bytes came than
 * the host had announced: a connection that ends too early is an error of its own.
 */
function cameCompressed({ headers }: z.infer<typeof answer>, bytes: number): boolean {
	const encoding = header.parse(headers['content-encoding']) ?? 'identity';
	const announced = header.parse(headers['content-length']);
	return encoding !== 'identity' || (announced !== undefined && Number(announced) !== bytes);
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../api/clock';
import { limits } from '../api/limits';

/** A response body, as n8n returns it and as its binary storage accepts it. */
export type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** Minimum bytes within `limits.fileStallMs`. A slower download might never end. */
const minBytes = 10_000;

/** Aborts a download that does not end. n8n's own timeout does not notice one that stops midway or only trickles. */
export class DownloadWatch {
	/** Aborted when the download does not end, when its rest is discarded, or by Stop. */
	readonly signal: AbortSignal;

	/** Bytes of the body received so far. */
	bytes = 0;

	/** Why it does not end; `final` if another try would go the same way. Undefined while it may end. */
	aborted: { reason: string; final: boolean } | undefined;

	private readonly ended = new AbortController();
	private readonly dropped = new AbortController();

	/** Starts watching. Without a call to {@link DownloadWatch.end}, the signal is aborted eventually. */
	constructor(
		private readonly clock: Clock,
		stop: AbortSignal,
	) {
		this.signal = AbortSignal.any([stop, this.dropped.signal]);
		void this.watch().catch(() => {});
	}

	/**
	 * The same body; counts its bytes while it is read.
	 * @param announced its size according to the host; 0 if that says nothing. Others may have up to `limits.fileBytes`
	 */
	measure(body: Body, announced: number): Body {
		if (Buffer.isBuffer(body)) {
			this.bytes = body.length;
			return body;
		}
		// Not with a listener, which would start the stream, or leave it paused, before n8n reads it.
		return body.map((part: Buffer) => {
			this.bytes += part.length;
			if (this.bytes > Math.max(announced, limits.fileBytes)) {
				const size = `${limits.fileBytes / 1e9} GB`;
				this.abort(`the file is larger than ${size}, and its host did not say how large`, true);
			}
			return part;
		});
	}

	/** Aborts a download whose rest is not needed: newer n8ns wrap the body, and to destroy it closes no idle connection. */
	discard(body: Body): void {
		if (!Buffer.isBuffer(body)) body.destroy();
		this.dropped.abort();
	}

	/** Stops watching, when the download is over. */
	end(): void {
		this.ended.abort();
	}

	private async watch(): Promise<void> {
		let received = minBytes;
		while (received >= minBytes) {
			const before = this.bytes;
			await this.clock.sleep(limits.fileStallMs, this.ended.signal);
			received = this.bytes - before;
		}
		const words = received === 0 ? 'nothing' : `less than ${minBytes / 1000} kB`;
		this.abort(`the file host sent ${words} in ${limits.fileStallMs / 1000} s`, false);
	}

	private abort(reason: string, final: boolean): void {
		this.aborted ??= { reason, final };
		this.dropped.abort();
	}
}

/**
 * Reads the first bytes of a body and puts them back.
 * @param length number of bytes to read; a shorter body gives fewer
 * @returns the first bytes, and the whole body: as a buffer if it is empty or n8n has already buffered it
 * @throws the error that ended the stream too early
 */
export async function readFirstBytes(
	body: Body,
	length: number,
): Promise<{ firstBytes: Buffer; body: Body }> {
	if (Buffer.isBuffer(body)) return { firstBytes: body.subarray(0, length), body };
	const read = await new Promise<Buffer>((resolve, reject) => {
		const take = () => {
			// All of them, or what there is at the end.
			const bytes: Buffer | null = body.read(length);
			if (bytes === null) return;
			body.off('readable', take);
			// In the same tick, before a fully read stream can end.
			body.unshift(bytes);
			resolve(bytes);
		};
		const close = () => reject(new Error('the connection was closed'));
		// A destroyed stream emits nothing more.
		if (body.destroyed) return close();
		body.on('readable', take).once('close', close);
		body.once('end', () => resolve(Buffer.alloc(0)));
		// Never removed: an error before n8n listens must not crash the process.
		body.on('error', reject);
	});
	return { firstBytes: read.subarray(0, length), body: read.length === 0 ? read : body };
}

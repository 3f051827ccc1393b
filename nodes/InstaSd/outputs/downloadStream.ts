import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../api/clock';
import { limits } from '../api/limits';

/** A reply's body, as n8n gives it and as it takes it into its storage. */
export type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** The fewest bytes that must come within the time limit for a stalled host. A slower download would never end. */
const leastBytes = 10_000;

/** Notices when a download stalls: n8n's own timeout does not see a file that stops in its middle, or drips. */
export class StallDetector {
	/** Aborted when hardly anything came for too long, when the rest is not wanted, or by Stop. */
	readonly signal: AbortSignal;

	/** How many bytes of the body have come. */
	bytes = 0;

	private progress: { at: number; bytes: number };
	private readonly ended = new AbortController();
	private readonly stalled = new AbortController();
	private readonly unwanted = new AbortController();

	/** Starts watching. Call {@link StallDetector.end}, or the signal is aborted some time later. */
	constructor(
		private readonly clock: Clock,
		stop: AbortSignal,
	) {
		this.signal = AbortSignal.any([stop, this.stalled.signal, this.unwanted.signal]);
		this.progress = { at: clock.now(), bytes: 0 };
		void this.watch().catch(() => {});
	}

	/** The same body, measured while it is read. */
	measure(body: Body): Body {
		if (Buffer.isBuffer(body)) {
			this.bytes = body.length;
			return body;
		}
		// Not by a listener: it would set the body flowing, or leave it paused, before n8n reads it.
		return body.map((part: Buffer) => {
			this.bytes += part.length;
			const { bytes } = this;
			if (bytes - this.progress.bytes >= leastBytes)
				this.progress = { at: this.clock.now(), bytes };
			return part;
		});
	}

	/** Why the download was ended, in words; undefined where it did not stall. */
	reason(): string | undefined {
		if (!this.stalled.signal.aborted) return undefined;
		const came =
			this.bytes === this.progress.bytes ? 'nothing' : `less than ${leastBytes / 1000} kB`;
		return `${came} came from the file host for ${limits.fileStallMs / 1000} s`;
	}

	/**
	 * Ends a download whose rest is not wanted. Destroying the body closes no connection on which nothing comes: newer
	 * versions of n8n wrap it in a stream of their own.
	 */
	discard(body: Body): void {
		if (!Buffer.isBuffer(body)) body.destroy();
		this.unwanted.abort();
	}

	/** The download is over. */
	end(): void {
		this.ended.abort();
	}

	private async watch(): Promise<void> {
		for (let rest = limits.fileStallMs; rest > 0; ) {
			await this.clock.sleep(rest, this.ended.signal);
			rest = this.progress.at + limits.fileStallMs - this.clock.now();
		}
		this.stalled.abort();
	}
}

/**
 * Looks at the first bytes of a body and puts them back.
 * @param length how many are wanted; fewer come where the body has no more
 * @returns the first bytes, and the whole body: a short one, or one that n8n holds already, is no longer a stream
 * @throws whatever ended the stream before its end
 */
export async function readFirstBytes(
	body: Body,
	length: number,
): Promise<{ firstBytes: Buffer; body: Body }> {
	if (Buffer.isBuffer(body)) return { firstBytes: body.subarray(0, length), body };
	return await new Promise((resolve, reject) => {
		const parts: Buffer[] = [];
		let bytes = 0;
		const settle = () => {
			body.pause();
			body.off('data', take).off('end', end).off('close', close);
			return Buffer.concat(parts);
		};
		const take = (part: Buffer) => {
			parts.push(part);
			bytes += part.length;
			if (bytes < length) return;
			const read = settle();
			// At once: a moment later a stream that has no more would have ended.
			body.unshift(read);
			resolve({ firstBytes: read.subarray(0, length), body });
		};
		const end = () => {
			const read = settle();
			resolve({ firstBytes: read, body: read });
		};
		const close = () => {
			settle();
			reject(new Error('the connection was closed'));
		};
		// A destroyed stream emits nothing more.
		if (body.destroyed) return close();
		body.on('data', take).once('end', end).once('close', close);
		// For good: an error that comes before n8n listens must not end the process.
		body.on('error', reject);
	});
}

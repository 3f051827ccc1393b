import type { IExecuteFunctions } from 'n8n-workflow';

/** A reply's body, as n8n gives it and as it takes it into its storage. */
export type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

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
		// Nothing more is heard of it.
		if (body.destroyed) return close();
		body.on('data', take).once('end', end).once('close', close);
		// For good: an error that comes before n8n listens must not end the process.
		body.on('error', reject);
	});
}

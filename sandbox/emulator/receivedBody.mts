import type { Readable } from 'node:stream';

/** What the contract allows: the payload must remain under 10 MB. */
export const mostBodyBytes = 10_000_000;

/** A request's body as it came; text is null where the body was too big. */
export type ReceivedBody = { bytes: number; text: string | null };

/** Reads a body to its end, keeping nothing of one that is too big: the client gets to read its 413. */
export async function receiveBody(stream: Readable): Promise<ReceivedBody> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stream) {
		bytes += chunk.length;
		if (bytes > mostBodyBytes) chunks.length = 0;
		else chunks.push(chunk);
	}
	return { bytes, text: bytes > mostBodyBytes ? null : Buffer.concat(chunks).toString() };
}

import type { ServerResponse } from 'node:http';
import type { Exchange } from './exchange.mts';
import type { Reply } from './reply.mts';

/** The ways in which a reply may go out wrong. */
export type SendOptions = {
	/** Bytes of the body after which to stop. */
	stopAfter?: number;
	bytesPerSecond?: number;
	/** The content-length to claim, whatever is sent. */
	declaredLength?: number;
	/** `end` properly, `destroy` the connection, or `leave` it open in silence. */
	ending?: 'end' | 'destroy' | 'leave';
};

/** Sends a reply as fast as the client takes it, holding no more than one chunk of it. */
export async function send(
	exchange: Exchange,
	reply: Reply,
	options: SendOptions = {},
): Promise<void> {
	const { request, response } = exchange;
	if (response.destroyed) return;
	const { ending = 'end', declaredLength } = options;
	const harmed = declaredLength !== undefined || options.stopAfter !== undefined;
	const length = declaredLength ?? reply.body.length;
	response.writeHead(reply.status, {
		...reply.headers,
		...(length === null ? {} : { 'content-length': String(length) }),
		...(harmed ? { connection: 'close' } : {}),
	});
	if (request.method !== 'HEAD') {
		for (const chunk of cut(reply.body.chunks(), options)) {
			if (response.destroyed) return;
			if (!response.write(chunk)) await drained(response);
			if (options.bytesPerSecond) {
				await pause((chunk.length / options.bytesPerSecond) * 1000, response);
			}
		}
	}
	if (response.destroyed) return;
	if (ending === 'end') {
		if (!harmed) reply.sent?.();
		response.end();
		return;
	}
	response.flushHeaders();
	await flushed(response);
	if (ending === 'destroy') response.destroy();
}

/** Cuts the connection at once, so that the client sees a reset. */
export function reset({ request }: Exchange): void {
	request.socket.resetAndDestroy();
}

/** Waits; no longer than the connection lives. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		if (response.destroyed) return resolve();
		const done = () => {
			clearTimeout(timer);
			response.off('close', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		response.once('close', done);
	});
}

function* cut(chunks: Iterable<Uint8Array>, options: SendOptions): Iterable<Uint8Array> {
	const { stopAfter = Infinity, bytesPerSecond = Infinity } = options;
	const most = Math.max(1, Math.ceil(bytesPerSecond / 20));
	let left = stopAfter;
	for (const chunk of chunks) {
		for (let from = 0; from < chunk.length; from += most) {
			if (left <= 0) return;
			const piece = chunk.subarray(from, Math.min(from + most, from + left));
			left -= piece.length;
			yield piece;
		}
	}
}

function drained(response: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			response.off('drain', done);
			response.off('close', done);
			resolve();
		};
		response.once('drain', done);
		response.once('close', done);
	});
}

function flushed({ socket }: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		if (socket === null || socket.destroyed) return resolve();
		socket.write('', () => resolve());
	});
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A body of known length, made while it is sent. */
export type Body = { length: number; chunks: () => Iterable<Uint8Array> };

export type Reply = {
	status: number;
	headers: Record<string, string>;
	body: Body;
	/** Called when the reply goes out whole and unharmed. */
	sent?: () => void;
};

export function bytesBody(bytes: Uint8Array): Body {
	return { length: bytes.length, chunks: () => [bytes] };
}

export function textReply(status: number, contentType: string, text: string): Reply {
	return { status, headers: { 'content-type': contentType }, body: bytesBody(Buffer.from(text)) };
}

export function jsonReply(status: number, value: unknown): Reply {
	return textReply(status, 'application/json', JSON.stringify(value));
}

export type Call = 'submit' | 'status' | 'file';

/** One request and what the service would answer if nothing went wrong. */
export type Exchange = {
	call: Call;
	api: string;
	/** Of a submit: the number that the task would get. */
	taskNumber: number | null;
	/** Of a status request: whether the task runs (or waits) or is over. */
	taskState: 'running' | 'completed' | null;
	request: IncomingMessage;
	response: ServerResponse;
	fileOrigin: string;
	/** Does what was asked (a submit takes the task) and gives the true reply. */
	reply: () => Reply | Promise<Reply>;
	/** Waits in the service's own time. */
	keepSilent: (ms: number) => Promise<void>;
};

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
		'content-length': String(length),
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
export async function pause(ms: number, response: ServerResponse): Promise<void> {
	const closed = new AbortController();
	const close = () => closed.abort();
	response.once('close', close);
	if (!response.destroyed) await sleep(ms, undefined, { signal: closed.signal }).catch(() => {});
	response.off('close', close);
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

async function drained(response: ServerResponse): Promise<void> {
	const over = new AbortController();
	const events = ['drain', 'close'].map((name) => once(response, name, { signal: over.signal }));
	await Promise.race(events);
	over.abort();
	await Promise.allSettled(events);
}

function flushed({ socket }: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		if (socket === null || socket.destroyed) return resolve();
		socket.write('', () => resolve());
	});
}

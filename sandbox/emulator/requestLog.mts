import type { IncomingMessage, ServerResponse } from 'node:http';

export type LoggedRequest = {
	at: number;
	origin: 'api' | 'file';
	method: string;
	path: string;
	/** Null while unanswered, and for good when the connection ended without an answer. */
	status: number | null;
	/** Until the answer was sent or the connection ended; null before. */
	durationMs: number | null;
	api: string | null;
	taskId: string | null;
	/** The client's: tells requests apart that are under way and look alike. */
	port: number | null;
	headerNames: string[];
	authorization: boolean;
	/** The kind of the fault that was played. */
	fault: string | null;
	/** Its number among the faults that are in force. */
	faultNumber: number | null;
	/** Whether the reply is being kept back, in the service's own time. */
	isKeptBack: boolean;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

/** The last requests to both origins, the oldest forgotten first. */
export function createRequestLog(now: () => number, most = 20_000) {
	const ring: LoggedRequest[] = [];
	let next = 0;
	const entries = new WeakMap<IncomingMessage, LoggedRequest>();
	return {
		add(origin: 'api' | 'file', request: IncomingMessage, response: ServerResponse): void {
			const entry: LoggedRequest = {
				at: now(),
				origin,
				method: request.method ?? '',
				path: request.url ?? '',
				status: null,
				durationMs: null,
				api: null,
				taskId: null,
				port: request.socket.remotePort ?? null,
				headerNames: Object.keys(request.headers),
				authorization: request.headers.authorization !== undefined,
				fault: null,
				faultNumber: null,
				isKeptBack: false,
			};
			ring[next] = entry;
			next = (next + 1) % most;
			entries.set(request, entry);
			const end = () => {
				if (response.headersSent) entry.status = response.statusCode;
				entry.durationMs ??= now() - entry.at;
			};
			response.once('finish', end);
			response.once('close', end);
		},
		/** Adds what became known while the request was handled. */
		note(
			request: IncomingMessage,
			known: Partial<
				Pick<LoggedRequest, 'api' | 'taskId' | 'fault' | 'faultNumber' | 'isKeptBack'>
			>,
		): void {
			Object.assign(entries.get(request) ?? {}, known);
		},
		/** Oldest first. */
		list: (): LoggedRequest[] => [...ring.slice(next), ...ring.slice(0, next)],
	};
}

import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { LoggedRequest } from '../../../sandbox/emulator/counters.mts';
import { wireOf, type RawReply } from './replies.mts';

/** A service of one task, by bytes on a socket: it answers whatever HTTP allows, and what it does not. */
export interface RawService {
	readonly url: string;
	/** Forgets all; then answers this call with this, and all others with the truth. */
	play(reply: RawReply, at: { call: 'submit' | 'status'; nth: number }): void;
	/** How many submits it has got. */
	submits(): number;
	/** How many connections are open on which a reply has begun, and has not come to its end. */
	unfinished(): number;
	/** For the test's time: replies that never end by themselves. */
	requests(): LoggedRequest[];
	close(): void;
}

export const taskId = 'task-of-the-raw-service';
const truths = {
	submit: { task_id: taskId, status: 'CREATED' },
	status: { task_id: taskId, status: 'COMPLETED', image_urls: [] },
};

interface Connection {
	readonly socket: Socket;
	isUnfinished: boolean;
	isSilent: boolean;
}

/** Starts it on a free port. */
export async function startRawService(): Promise<RawService> {
	const open = new Set<Connection>();
	const seen = { submit: 0, status: 0 };
	let played: { reply: RawReply; call: 'submit' | 'status'; nth: number } | undefined;

	const answer = async (connection: Connection, call: 'submit' | 'status') => {
		seen[call] += 1;
		const { socket } = connection;
		if (played?.call !== call || played.nth !== seen[call]) {
			const body = JSON.stringify(truths[call]);
			socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
			return;
		}
		const { reply } = played;
		const { head, body, hasEnd } = wireOf(reply);
		connection.isUnfinished = true;
		socket.write(head);
		await new Promise((resolve) => socket.write(body, resolve));
		if (socket.destroyed) return;
		if (hasEnd) connection.isUnfinished = false;
		else connection.isSilent = true;
		while (reply.ending === 'drips' && !socket.destroyed) {
			socket.write(' ');
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};

	const server = createServer((socket) => {
		const connection: Connection = { socket, isUnfinished: false, isSilent: false };
		open.add(connection);
		socket.on('error', () => {});
		socket.on('close', () => open.delete(connection));
		let received = '';
		socket.on('data', (data) => {
			received += data.toString('latin1');
			const head = received.indexOf('\r\n\r\n');
			const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
			if (head < 0 || received.length < head + 4 + length) return;
			const call = received.startsWith('POST') ? 'submit' : 'status';
			received = '';
			void answer(connection, call);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;

	return {
		url: `http://127.0.0.1:${port}`,
		play: (reply, at) => {
			Object.assign(seen, { submit: 0, status: 0 });
			played = { reply, ...at };
		},
		submits: () => seen.submit,
		unfinished: () => [...open].filter(({ isUnfinished }) => isUnfinished).length,
		requests: () =>
			[...open].map(({ socket, isSilent }) => ({
				...{ at: 0, origin: 'api', method: '', path: '', status: null, durationMs: null },
				...{ api: null, taskId: null, headerNames: [], authorization: true },
				...{ fault: null, faultNumber: null, isKeptBack: isSilent },
				port: socket.remotePort ?? null,
			})),
		close: () => {
			server.close();
			for (const { socket } of open) socket.destroy();
		},
	};
}

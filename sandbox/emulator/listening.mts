import { createServer as createHttpServer, type RequestListener } from 'node:http';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server,
	type Socket,
} from 'node:net';

export type Listening = Awaited<ReturnType<typeof listen>>;

/** How long an idle client is given to notice that its connection has ended. */
const farewellMs = 500;

/**
 * Serves on 127.0.0.1; port 0 takes a free one. It may stop, and later start again on the same port.
 * A TCP server of our own feeds the HTTP server, whose close() would cut idle connections off unasked.
 */
export async function listen(handler: RequestListener, wantedPort: number) {
	const connections = new Set<Socket>();
	const busy = new Set<Socket>();
	const http = createHttpServer({ keepAliveTimeout: 60_000 }, (request, response) => {
		const { socket } = request;
		busy.add(socket);
		response.once('finish', () => busy.delete(socket));
		response.once('close', () => busy.delete(socket));
		handler(request, response);
	});
	const tcp = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
		connections.add(socket);
		socket.once('close', () => connections.delete(socket));
		http.emit('connection', socket);
	});
	const { port } = await bind(tcp, wantedPort);
	return {
		origin: `http://127.0.0.1:${port}`,
		/**
		 * Cuts the requests that are open and refuses connections. Idle connections are ended politely, and stop waits
		 * for it: else a client could send its next request into one of them, and see a reset, not a refusal.
		 */
		async stop(): Promise<void> {
			if (!tcp.listening) return;
			const closed = new Promise((resolve) => tcp.close(resolve));
			for (const socket of connections) {
				if (busy.has(socket)) socket.destroy();
				else socket.end();
			}
			const timer = setTimeout(() => connections.forEach((socket) => socket.destroy()), farewellMs);
			await closed;
			clearTimeout(timer);
		},
		async again(): Promise<void> {
			if (!tcp.listening) await bind(tcp, port);
		},
	};
}

async function bind(server: Server, port: number): Promise<AddressInfo> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			resolve();
		});
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('Not listening on a port');
	return address;
}

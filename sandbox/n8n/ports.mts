import { createServer, type AddressInfo } from 'node:net';

/** A free port of 127.0.0.1: the preferred one if it is, else any. */
export async function freePort(preferred = 0): Promise<number> {
	return (await tryPort(preferred)) ?? (await freePort());
}

async function tryPort(port: number): Promise<number | undefined> {
	const server = createServer();
	return await new Promise((resolve) => {
		server.once('error', () => resolve(undefined));
		server.listen(port, '127.0.0.1', () => {
			const address: AddressInfo | string | null = server.address();
			server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
		});
	});
}

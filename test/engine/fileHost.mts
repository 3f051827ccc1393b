import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequestLog } from '../../sandbox/emulator/counters.mts';
import type { NodeTime } from './nodeTime.mts';

type Answer = (name: string, response: ServerResponse) => unknown;

/** A host of files that does what a test says, beside the emulator's, which keeps to what it has promised. */
export interface FileHost {
	link(name: string): string;
	/**
	 * From now on requests are answered so, by the name of the file with what is behind it.
	 * @param how a reply that drips takes its time; for all others the node's time stands still
	 */
	answer(answer: Answer, how?: { drips: boolean }): void;
	/** The names that were asked for, in their order. */
	asked(): string[];
	close(): Promise<void>;
}

/** Opens a host whose replies may take their time, in that of the node. */
export async function openFileHost(time: NodeTime): Promise<FileHost> {
	let answer: Answer = () => {};
	let drips = false;
	let asked: string[] = [];
	const log = createRequestLog(() => time.now());
	const server = createServer((request: IncomingMessage, response) => {
		const name = (request.url ?? '').slice(1);
		asked.push(name);
		log.add('file', request, response);
		if (drips) log.note(request, { fault: 'slow' });
		answer(name, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	time.watch({ requests: () => log.list() });
	return {
		link: (name) => `http://127.0.0.1:${port}/${name}`,
		answer: (given, how = { drips: false }) => {
			answer = given;
			({ drips } = how);
			asked = [];
		},
		asked: () => asked,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

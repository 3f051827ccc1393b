import getPort from 'get-port';
import { debianProgram } from '../debianPackages.mts';
import { startDataServer, stopDataServer, type DataServer } from './dataServer.mts';

/** An empty Redis on a free port, which keeps everything in memory. */
export async function startRedis(): Promise<DataServer> {
	const program = await debianProgram({
		names: ['redis-server'],
		packageName: 'redis-server',
		wantedBy: 'The tests of queue mode',
	});
	const port = await getPort({ host: '127.0.0.1' });
	const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const child = await startDataServer([program, ...settings]);
	return { port, stop: async () => await stopDataServer(child) };
}

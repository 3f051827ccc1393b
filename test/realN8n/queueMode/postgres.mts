import { chmod, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { temporaryFolder } from '../../../sandbox/n8n/folders.mts';
import { PlainError } from '../../../sandbox/n8n/terminal.mts';
import { run } from '../../../sandbox/n8n/processes.mts';
import { debianProgram } from '../debianPackages.mts';
import { asUser, startDataServer, stopDataServer, type DataServer } from './dataServer.mts';

export interface Postgres extends DataServer {
	database: string;
	user: string;
	/** The rows that a statement gives, a line each, columns parted by `|`. */
	query(sql: string): Promise<string[]>;
}

const versions = '/usr/lib/postgresql';
const database = 'postgres';
const user = 'n8n';
/** PostgreSQL refuses to run as root. */
const systemUser = 'postgres';

/** An empty PostgreSQL on a free port, with a cluster of its own; the system's is not touched. */
export async function startPostgres(): Promise<Postgres> {
	const initdb = await debianProgram({
		names: ['initdb'],
		packageName: 'postgresql',
		wantedBy: 'The tests of queue mode',
		folders: programFolders,
	});
	const programs = path.dirname(initdb);
	// Not in the repository: its parents may be closed to PostgreSQL's user.
	const folder = await temporaryFolder(path.join(tmpdir(), 'instasd-postgres'));
	const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
	try {
		await chmod(folder, 0o1777);
		const data = path.join(folder, 'data');
		await command([
			...[initdb, '--pgdata', data, '--username', user, '--auth', 'trust'],
			...['--encoding', 'UTF8', '--no-locale', '--no-sync'],
		]);
		const port = await getPort({ host: '127.0.0.1' });
		const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
		const child = await startDataServer(
			[
				...[path.join(programs, 'postgres'), '-D', data, '-p', `${port}`],
				...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
			],
			{ user: systemUser },
		);
		const address = ['-h', '127.0.0.1', '-p', `${port}`, '-U', user, '-d', database];
		return {
			port,
			database,
			user,
			query: async (sql) => {
				const rows = await command([
					path.join(programs, 'psql'),
					...address,
					'-X',
					'-At',
					'-c',
					sql,
				]);
				return rows.split('\n').filter((row) => row !== '');
			},
			stop: async () => {
				await stopDataServer(child);
				await remove();
			},
		};
	} catch (error) {
		await remove();
		throw error;
	}
}

/** Where Debian keeps the programs, the newest version first. n8n 2.41 runs on 15, too, but warns below 16. */
async function programFolders(): Promise<string[]> {
	const names = await readdir(versions).catch(() => []);
	const newestFirst = names.sort((one, other) => Number(other) - Number(one));
	return newestFirst.map((version) => path.join(versions, version, 'bin'));
}

async function command(words: string[]): Promise<string> {
	const { code, stdout, log } = await run(...asUser(systemUser, words), { cwd: '/' });
	if (code !== 0) throw new PlainError(`${words[0]} failed: ${log}`);
	return stdout;
}

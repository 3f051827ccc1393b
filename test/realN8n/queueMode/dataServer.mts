import type { ChildProcess } from 'node:child_process';
import { PlainError, lastLines } from '../../../sandbox/n8n/terminal.mts';
import { endProcess, startProcess } from '../../../sandbox/n8n/processes.mts';

/** A Redis or PostgreSQL of the tests' own. */
export interface DataServer {
	port: number;
	stop(): Promise<void>;
}

/** The command by which a root user runs a program as somebody else, and anyone ends it with this process. */
export function asUser(user: string | undefined, command: string[]): [string, string[]] {
	const identity =
		user !== undefined && process.getuid?.() === 0
			? [`--reuid=${user}`, `--regid=${user}`, '--clear-groups']
			: [];
	return ['setpriv', [...identity, '--pdeathsig=INT', '--', ...command]];
}

/**
 * Starts a server and waits until it says that it is "ready to accept connections", as both do.
 * @throws PlainError with the end of its log when it dies or is not ready in time
 */
export async function startDataServer(
	command: string[],
	{ user, readySeconds = 60 }: { user?: string; readySeconds?: number } = {},
): Promise<ChildProcess> {
	const child = startProcess(...asUser(user, command), { cwd: '/' });
	let log = '';
	const failure = await new Promise<string | undefined>((resolve) => {
		const timer = setTimeout(
			() => resolve(`not ready after ${readySeconds} s`),
			readySeconds * 1000,
		);
		const settle = (outcome?: string): void => {
			clearTimeout(timer);
			resolve(outcome);
		};
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding('utf8').on('data', (text: string) => {
				log = (log + text).slice(-100_000);
				if (/ready to accept connections/i.test(log)) settle();
			});
		}
		child.once('error', (error) => settle(error.message));
		child.once('close', (code, signal) => settle(`ended at its start (${signal ?? code})`));
	});
	if (failure === undefined) return child;
	await endProcess(child, 1);
	throw new PlainError(`${command[0]}: ${failure}`, { log: lastLines(log) });
}

/** Ends a server without waiting for its clients. */
export async function stopDataServer(child: ChildProcess): Promise<void> {
	child.kill('SIGINT');
	await endProcess(child);
}

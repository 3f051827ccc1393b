import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from './plainError.mts';

export interface RunOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Called with each line of output as it comes. */
	onLine?: (line: string) => void;
	/** Ended after so many seconds; 600 when not given. */
	timeoutSeconds?: number;
	/** Ends it early. */
	signal?: AbortSignal;
}

export interface RunResult {
	/** The exit code; null when a signal ended it. */
	code: number | null;
	stdout: string;
	/** Standard output and error as they came. */
	log: string;
}

const live = new Set<ChildProcess>();

// The last word even where nobody awaited anything: a crash, process.exit() in a signal handler.
process.on('exit', () => {
	for (const child of live) signalGroup(child, 'SIGKILL');
});

/**
 * Starts a process at the head of a group of its own, so that it and all it starts can be ended by
 * that group's id. The group is killed with this process.
 */
export function startProcess(
	command: string,
	args: string[],
	options: { cwd?: string; env?: NodeJS.ProcessEnv; ipc?: boolean } = {},
): ChildProcess {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		detached: true,
		stdio: options.ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
	});
	live.add(child);
	child.once('close', () => {
		// What it left behind in its group.
		signalGroup(child, 'SIGKILL');
		live.delete(child);
	});
	child.once('error', () => live.delete(child));
	return child;
}

/**
 * Runs a command to its end. Its exit code is in the result; only a command that could not be
 * started or took too long throws (PlainError).
 */
export async function run(
	command: string,
	args: string[],
	options: RunOptions = {},
): Promise<RunResult> {
	const child = startProcess(command, args, options);
	const result = { stdout: '', log: '' };
	let rest = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		result.stdout += text;
		result.log += text;
		const lines = (rest + text).split(/[\r\n]+/);
		rest = lines.pop() ?? '';
		for (const line of lines) options.onLine?.(line);
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		result.log += text;
	});

	const seconds = options.timeoutSeconds ?? 600;
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		signalGroup(child, 'SIGKILL');
	}, seconds * 1000);
	const stop = (): void => signalGroup(child, 'SIGKILL');
	options.signal?.addEventListener('abort', stop);
	try {
		const code = await new Promise<number | null>((resolve, reject) => {
			child.once('error', (cause: Error) =>
				reject(new PlainError(`'${command}' cannot be run: ${cause.message}`, { cause })),
			);
			child.once('close', resolve);
		});
		if (late) {
			throw new PlainError(`'${command}' was ended after ${seconds} s`, { log: result.log });
		}
		return { code, ...result };
	} finally {
		clearTimeout(timer);
		options.signal?.removeEventListener('abort', stop);
	}
}

/**
 * Ends a process politely, and its whole group by force when it is still there after
 * `patienceSeconds`. Resolves when it is gone.
 */
export async function endProcess(child: ChildProcess, patienceSeconds = 10): Promise<void> {
	if (!live.has(child)) return;
	const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
	child.kill('SIGTERM');
	const patience = new AbortController();
	await Promise.race([
		gone,
		sleep(patienceSeconds * 1000, undefined, { signal: patience.signal }).catch(() => undefined),
	]);
	patience.abort();
	if (live.has(child)) signalGroup(child, 'SIGKILL');
	await gone;
}

/** Sends a signal to a process and everything in its group; one that is gone is no error. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch {
		// Gone already.
	}
}

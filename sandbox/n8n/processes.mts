import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { PlainError } from './terminal.mts';

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
	watch(child);
	return child;
}

/** Has its group killed with this process, and what it leaves behind in the group when it is gone. */
function watch(child: ChildProcess): void {
	live.add(child);
	child.once('close', () => {
		signalGroup(child, 'SIGKILL');
		live.delete(child);
	});
	child.once('error', () => live.delete(child));
}

/**
 * Runs a command to its end. Its exit code is in the result; only a command that could not be
 * started or took too long throws (PlainError).
 */
export async function run(
	command: string,
	args: string[],
	{ cwd, env = process.env, onLine, timeoutSeconds = 600, signal }: RunOptions = {},
): Promise<RunResult> {
	const child = execa(command, args, {
		...(cwd === undefined ? {} : { cwd }),
		env,
		extendEnv: false,
		detached: true,
		stdin: 'ignore',
		all: true,
		stripFinalNewline: false,
		reject: false,
	});
	watch(child);
	const patience = AbortSignal.timeout(timeoutSeconds * 1000);
	const stop = AbortSignal.any([patience, ...(signal === undefined ? [] : [signal])]);
	// Not by execa's own means, which leave the rest of the group alive; later the group's id may be another's.
	stop.addEventListener('abort', () => live.has(child) && signalGroup(child, 'SIGKILL'));
	if (onLine !== undefined) for await (const line of child) onLine(line);
	const { exitCode = null, stdout, all, ...result } = await child;
	if (patience.aborted) {
		throw new PlainError(`'${command}' was ended after ${timeoutSeconds} s`, { log: all });
	}
	if (result.code !== undefined) {
		throw new PlainError(`'${command}' cannot be run: ${result.originalMessage}`);
	}
	return { code: exitCode, stdout, log: all };
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

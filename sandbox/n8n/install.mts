import { copyFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SANDBOX_FOLDER, demandSpace, exists, madeOnce, withinSpace } from './folders.mts';
import {
	nodeRuntime,
	npmEnv,
	npmInstall,
	npmView,
	registryError,
	type NodeRuntime,
} from './npm.mts';
import { run } from './processes.mts';
import type { Note } from './terminal.mts';
import { BINDING, sqliteBinding } from './sqliteBinding.mts';

/** The n8n that `npm start` runs. */
export const N8N_VERSION = '2.41.1';

// Both run on Node 20 too.
const PNPM = 'pnpm@10.34.8';
const NODE_GYP = 'node-gyp@11.4.2';

const STORE = path.join(SANDBOX_FOLDER, 'pnpm-store');
const SPACE = { what: 'n8n', folder: SANDBOX_FOLDER, bytes: 2.4e9 };

export interface N8nInstallation {
	version: string;
	runtime: NodeRuntime;
	/** n8n's script, to be run by the runtime's node. */
	script: string;
}

/**
 * A real n8n of this version, fetched into the sandbox folder on first use (a minute or two, 2 GB)
 * and found there afterwards. Several versions live side by side.
 * @param nodeMajor the Node to run it on: 24 suits every n8n 2, n8n 2.0 also runs on 20
 * @throws PlainError saying what is missing
 */
export async function installN8n(
	version: string = N8N_VERSION,
	nodeMajor = 24,
	note: Note = () => undefined,
): Promise<N8nInstallation> {
	const folder = folderOf(version);
	await mkdir(SANDBOX_FOLDER, { recursive: true });
	return await withinSpace(SPACE, async () => {
		// Much of it may be in the store already, after an attempt that was cut short.
		if (!(await exists(folder)) && !(await exists(STORE))) await demandSpace(SPACE);
		note(`Node ${nodeMajor}`);
		const runtime = await nodeRuntime(nodeMajor);
		await madeOnce(folder, (temporary) => fill(temporary, version, runtime, note));
		return { version, runtime, script: path.join(folder, 'node_modules/n8n/bin/n8n') };
	});
}

/** Whether this version is there already, so that `installN8n` takes no time. */
export async function isInstalled(version: string = N8N_VERSION): Promise<boolean> {
	return await exists(folderOf(version));
}

function folderOf(version: string): string {
	return path.join(SANDBOX_FOLDER, `n8n-${version}`);
}

async function fill(
	folder: string,
	version: string,
	runtime: NodeRuntime,
	note: Note,
): Promise<void> {
	const sqliteVersion = await askSqliteVersion(version);
	note('pnpm and node-gyp');
	const tools = await installTools();
	const binding = await both(
		sqliteBinding(sqliteVersion, runtime, tools, (text) => note(`sqlite3: ${text}`)),
		(signal) => installPackages(folder, version, runtime, tools, note, signal),
	);
	await placeBinding(binding, folder);
}

/** Both at once; the second is ended before the first one's error is thrown. */
async function both<T>(
	first: Promise<T>,
	second: (signal: AbortSignal) => Promise<void>,
): Promise<T> {
	const stop = new AbortController();
	const running = second(stop.signal);
	try {
		const [result] = await Promise.all([first, running]);
		return result;
	} catch (error) {
		stop.abort();
		await running.catch(() => undefined);
		throw error;
	}
}

const viewSchema = z.object({ sqlite3: z.string() });

async function askSqliteVersion(version: string): Promise<string> {
	return viewSchema.parse(await npmView(`n8n@${version}`, ['dependencies'])).sqlite3;
}

async function installTools(): Promise<string> {
	const name = `tools-${PNPM}-${NODE_GYP}`.replaceAll('@', '-');
	return await madeOnce(path.join(SANDBOX_FOLDER, name), (temporary) =>
		npmInstall(temporary, [PNPM, NODE_GYP]),
	);
}

async function installPackages(
	folder: string,
	version: string,
	{ node }: NodeRuntime,
	tools: string,
	note: Note,
	signal: AbortSignal,
): Promise<void> {
	await writeFile(
		path.join(folder, 'package.json'),
		JSON.stringify({
			private: true,
			dependencies: { n8n: version },
			// Older n8n take it from its maker's own server, one more that would have to be reachable.
			pnpm: { overrides: { 'n8n-nodes-base>xlsx': '0.18.5' } },
		}),
	);
	const { code, log } = await run(
		node,
		[
			path.join(tools, 'node_modules/pnpm/bin/pnpm.cjs'),
			'install',
			// Its scripts fail or compile for minutes what a sandbox never uses; sqlite3 is made apart.
			'--ignore-scripts',
			'--ignore-workspace',
			'--no-frozen-lockfile',
			'--config.engine-strict=false',
			// As in n8n's own image: a community node finds exactly n8n's direct dependencies.
			'--config.node-linker=isolated',
			// Versions as of n8n's release: later ones of its dependencies' dependencies have broken it.
			'--config.resolution-mode=time-based',
			`--store-dir=${STORE}`,
			'--reporter=append-only',
		],
		{
			cwd: folder,
			env: npmEnv(),
			timeoutSeconds: 1800,
			signal,
			onLine: (line) => noteProgress(line, note),
		},
	);
	if (code !== 0) {
		const words = log.replaceAll(/^Progress: .*$/gm, '');
		throw registryError(`pnpm could not install n8n ${version}`, words);
	}
}

function noteProgress(line: string, note: Note): void {
	const found = /resolved (\d+), reused (\d+), downloaded (\d+), added (\d+)/.exec(line);
	if (found === null) return;
	const [, resolved, reused, downloaded, added] = found;
	const fetched = Number(reused) + Number(downloaded);
	note(`packages resolved ${resolved}, fetched ${fetched}, in place ${added}`);
}

async function placeBinding(binding: string, folder: string): Promise<void> {
	// n8n's own neighbour in pnpm's layout, where npm's would be in the same node_modules.
	const n8n = await realpath(path.join(folder, 'node_modules/n8n'));
	const place = path.join(await realpath(path.join(n8n, '../sqlite3')), BINDING);
	if (await exists(place)) return;
	await mkdir(path.dirname(place), { recursive: true });
	await copyFile(binding, place);
}

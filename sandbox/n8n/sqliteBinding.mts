import { copyFile, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SANDBOX_FOLDER, exists, madeOnce, withinSpace } from './folders.mts';
import { npmInstall, type NodeRuntime } from './npm.mts';
import { run } from './processes.mts';
import { PlainError, lastLines } from './terminal.mts';

/** Where the binding belongs inside the sqlite3 package. */
export const BINDING = 'build/Release/node_sqlite3.node';

const PREBUILT_SECONDS = 30;

/**
 * The native half of sqlite3, n8n's only dependency that has to be fetched or compiled. Made once for
 * a version of sqlite3 (it is built on Node-API, so any Node loads it).
 * @returns the file
 * @throws PlainError when the prebuilt binary is out of reach and it cannot be compiled
 */
export async function sqliteBinding(
	version: string,
	runtime: NodeRuntime,
	tools: string,
	note: (text: string) => void,
): Promise<string> {
	const kept = path.join(SANDBOX_FOLDER, `sqlite3-binding-${version}`);
	const file = path.basename(BINDING);
	await madeOnce(kept, async (temporary) => {
		// Not in the repository: a makefile of node-gyp breaks at the first space of a path.
		const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'instasd-sqlite3-'));
		try {
			await withinSpace({ what: 'sqlite3', folder, bytes: 100e6 }, async () => {
				await npmInstall(folder, [`sqlite3@${version}`]);
				note('fetching the prebuilt binary');
				if (await fetchPrebuilt(folder, runtime)) return;
				note('compiling (a minute)');
				await compile(folder, runtime, tools);
			});
			await copyFile(path.join(packageFolder(folder), BINDING), path.join(temporary, file));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
	return path.join(kept, file);
}

function packageFolder(folder: string): string {
	return path.join(folder, 'node_modules/sqlite3');
}

async function fetchPrebuilt(folder: string, { node }: NodeRuntime): Promise<boolean> {
	const fetcher = path.join(folder, 'node_modules/prebuild-install/bin.js');
	const fetched = await run(node, [fetcher, '-r', 'napi'], {
		cwd: packageFolder(folder),
		timeoutSeconds: PREBUILT_SECONDS,
	}).catch(() => undefined);
	return fetched?.code === 0 && (await loads(folder, node));
}

/** A binary can be there and yet not fit this system's C library. */
async function loads(folder: string, node: string): Promise<boolean> {
	const { code } = await run(node, ['--eval', 'require("sqlite3")'], { cwd: folder });
	return code === 0;
}

async function compile(folder: string, runtime: NodeRuntime, tools: string): Promise<void> {
	const headers = path.join(folder, 'node');
	await symlink(runtime.folder, headers, 'junction');
	const gyp = path.join(tools, 'node_modules/node-gyp/bin/node-gyp.js');
	const rebuild = [gyp, 'rebuild', `--nodedir=${headers}`];
	// With the system's SQLite 10 seconds, with the one in the package a minute.
	const system = (await exists('/usr/include/sqlite3.h')) ? [[...rebuild, '--sqlite=/usr']] : [];
	let log = '';
	for (const command of [...system, rebuild]) {
		const compiled = await run(runtime.node, command, { cwd: packageFolder(folder) });
		if (compiled.code === 0 && (await loads(folder, runtime.node))) return;
		({ log } = compiled);
	}
	throw new PlainError("n8n's database binding (sqlite3) could not be compiled", {
		advice: 'It takes Python 3, make and a C++ compiler.',
		log: lastLines(log),
	});
}

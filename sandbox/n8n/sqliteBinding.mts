import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { SANDBOX_FOLDER, exists, madeOnce } from './folders.mts';
import type { NodeRuntime } from './nodeRuntime.mts';
import { npmInstall } from './npm.mts';
import { PlainError, lastLines } from './plainError.mts';
import { run } from './processes.mts';

/** Where the binding belongs inside the sqlite3 package. */
export const BINDING = 'build/Release/node_sqlite3.node';

const PREBUILT_SECONDS = 30;

/**
 * The native half of sqlite3, n8n's only dependency that has to be fetched or compiled. Made once for
 * a version of sqlite3 (it is built on Node-API, so any Node loads it).
 * @returns the file
 * @throws PlainError when the prebuilt binary is out of reach and a compiler is missing or fails
 */
export async function sqliteBinding(
	version: string,
	runtime: NodeRuntime,
	tools: string,
	note: (text: string) => void,
): Promise<string> {
	const folder = await madeOnce(
		path.join(SANDBOX_FOLDER, `sqlite3-${version}`),
		async (temporary) => {
			await npmInstall(temporary, [`sqlite3@${version}`]);
			note('fetching the prebuilt binary');
			if (await fetchPrebuilt(temporary, runtime)) return;
			note('compiling (a minute)');
			await compile(temporary, runtime, tools);
		},
	);
	return path.join(packageFolder(folder), BINDING);
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
	await demandCompiler();
	const gyp = path.join(tools, 'node_modules/node-gyp/bin/node-gyp.js');
	// With the system's SQLite 10 seconds, with the one in the package a minute.
	const system = (await exists('/usr/include/sqlite3.h')) ? ['--sqlite=/usr'] : [];
	for (const choice of system.length > 0 ? [system, []] : [[]]) {
		const { code, log } = await run(
			runtime.node,
			[gyp, 'rebuild', `--nodedir=${runtime.folder}`, ...choice],
			{ cwd: packageFolder(folder) },
		);
		if (code === 0 && (await loads(folder, runtime.node))) return;
		if (choice.length === 0) {
			throw new PlainError("n8n's database binding (sqlite3) could not be compiled", {
				advice: `Is the compiler complete? ${await installCommand()}`,
				log: lastLines(log),
			});
		}
	}
}

async function demandCompiler(): Promise<void> {
	const wanted = [['python3', 'python'], ['make'], ['g++', 'clang++', 'c++']];
	const missing: string[] = [];
	for (const names of wanted) {
		const found = await Promise.all(names.map(onPath));
		if (!found.includes(true)) missing.push(names[0] ?? '');
	}
	if (missing.length === 0) return;
	throw new PlainError(
		`n8n's database binding (sqlite3) must be compiled here, and this is missing: ${missing.join(', ')}`,
		{ advice: `Install it and start again:\n  ${await installCommand()}` },
	);
}

/** The command that installs a C++ tool chain on this system. */
async function installCommand(): Promise<string> {
	if (process.platform === 'darwin') return 'xcode-select --install';
	const commands: Array<[string, string]> = [
		['apt-get', 'apt-get install -y python3 make g++'],
		['dnf', 'dnf install -y python3 make gcc-c++'],
		['apk', 'apk add python3 make g++'],
		['pacman', 'pacman -S --needed python make gcc'],
		['zypper', 'zypper install -y python3 make gcc-c++'],
		['brew', 'brew install python make gcc'],
	];
	for (const [manager, command] of commands) {
		if (!(await onPath(manager))) continue;
		return process.getuid?.() === 0 || manager === 'brew' ? command : `sudo ${command}`;
	}
	return 'install python3, make and g++ with your package manager';
}

async function onPath(program: string): Promise<boolean> {
	for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
		const found = await access(path.join(folder, program), constants.X_OK).then(
			() => true,
			() => false,
		);
		if (found) return true;
	}
	return false;
}

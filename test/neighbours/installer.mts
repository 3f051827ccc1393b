import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { npmEnv } from '../../sandbox/n8n/npm.mts';
import { PlainError } from '../../sandbox/n8n/plainError.mts';
import { run } from '../../sandbox/n8n/processes.mts';

// What n8n 2.41 does when a package is installed, updated or removed in its settings (its
// community-packages.service), down to npm's arguments. n8n itself takes packages that are not at npm only with a licence
// for a registry of one's own.

/** n8n's folder of community nodes below a user folder. */
export interface Nodes {
	folder: string;
}

const packageSchema = z.object({ name: z.string(), version: z.string() }).passthrough();
const ledgerSchema = z
	.object({ dependencies: z.record(z.string()) })
	.passthrough()
	.catch({ name: 'installed-nodes', private: true, dependencies: {} });

/** n8n installs nothing of these. */
const stripped = ['devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Where a package lies in n8n. */
export function placeOf({ folder }: Nodes, name: string): string {
	return path.join(folder, 'node_modules', name);
}

/** The version of a package that lies in n8n. */
export async function versionOf(nodes: Nodes, name: string): Promise<string> {
	return (await manifestIn(placeOf(nodes, name))).version;
}

/** Installs the package in a folder, in the place of an older one. */
export async function install(nodes: Nodes, source: string): Promise<void> {
	const { name, version } = await manifestIn(source);
	const place = placeOf(nodes, name);
	const backup = `${place}.backup-1`;
	await rename(place, backup).catch(() => undefined);
	await mkdir(place, { recursive: true });
	const packed = (await must('npm', ['pack', source, '--quiet'], nodes.folder)).trim();
	await must('tar', ['-xzf', packed, '-C', place, '--strip-components=1'], nodes.folder);
	await rm(path.join(nodes.folder, packed));
	const kept = without(await manifestIn(place), ...stripped);
	await writeFile(path.join(place, 'package.json'), JSON.stringify(kept, undefined, 2));
	await must(
		'npm',
		[
			...['install', '--audit=false', '--fund=false', '--bin-links=false'],
			...['--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'],
		],
		place,
	);
	await note(nodes, (dependencies) => ({ ...dependencies, [name]: version }));
	await rm(backup, { recursive: true, force: true });
}

/** Removes a package. */
export async function remove(nodes: Nodes, name: string): Promise<void> {
	await rm(placeOf(nodes, name), { recursive: true });
	await note(nodes, (dependencies) => without(dependencies, name));
}

function without<T>(record: Record<string, T>, ...names: string[]): Record<string, T> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** As a person does it in a shell: npm in n8n's folder of community nodes, which puts dependencies side by side. */
export async function installByHand(nodes: Nodes, source: string): Promise<void> {
	const packed = (await must('npm', ['pack', source, '--quiet'], nodes.folder)).trim();
	await must('npm', ['install', '--audit=false', '--fund=false', `./${packed}`], nodes.folder);
}

async function manifestIn(folder: string): Promise<z.infer<typeof packageSchema>> {
	return packageSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));
}

/** n8n writes down what it has installed in a package.json of its own. */
async function note(
	{ folder }: Nodes,
	change: (dependencies: Record<string, string>) => Record<string, string>,
): Promise<void> {
	const file = path.join(folder, 'package.json');
	const ledger = ledgerSchema.parse(JSON.parse(await readFile(file, 'utf8').catch(() => '{}')));
	const dependencies = change(ledger.dependencies);
	await writeFile(file, JSON.stringify({ ...ledger, dependencies }, undefined, 2));
}

async function must(command: string, args: string[], cwd: string): Promise<string> {
	const { code, stdout, log } = await run(command, args, { cwd, env: npmEnv() });
	if (code !== 0) throw new PlainError(`'${command} ${args.join(' ')}' failed: ${log}`);
	return stdout;
}

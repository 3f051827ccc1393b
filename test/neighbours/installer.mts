import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { npmEnv } from '../../sandbox/n8n/npm.mts';
import { PlainError } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';

/** n8n's folder of community nodes below a user folder. */
export interface Nodes {
	folder: string;
}

const manifest = z.object({ version: z.string() });

/** The version of a package that lies in n8n. */
export async function versionOf({ folder }: Nodes, name: string): Promise<string> {
	const file = path.join(folder, 'node_modules', name, 'package.json');
	return manifest.parse(JSON.parse(await readFile(file, 'utf8'))).version;
}

/** As a person does it in a shell: npm in n8n's folder of community nodes, which puts dependencies side by side. */
export async function installByHand({ folder }: Nodes, source: string): Promise<void> {
	const packed = (await must(['pack', source, '--quiet'], folder)).trim();
	await must(['install', '--audit=false', '--fund=false', `./${packed}`], folder);
}

async function must(args: string[], cwd: string): Promise<string> {
	const { code, stdout, log } = await run('npm', args, { cwd, env: npmEnv() });
	if (code !== 0) throw new PlainError(`'npm ${args.join(' ')}' failed: ${log}`);
	return stdout;
}

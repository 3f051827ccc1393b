import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../sandbox/n8n/processes.mts';

export interface WantedProgram {
	/** What the program may be called, the best first. */
	names: string[];
	/** The Debian package that brings it. */
	packageName: string;
	/** What needs it, as the beginning of a sentence: "The tests of the editor". */
	wantedBy: string;
	/** Where it is looked for; in the folders of PATH when not given. */
	folders?: () => Promise<string[]>;
}

/**
 * A program of this system; for a root user its Debian package is installed with apt on first use.
 * @returns its path
 * @throws Error that names the command which installs it
 */
export async function debianProgram(wanted: WantedProgram): Promise<string> {
	const found = await find(wanted);
	if (found !== undefined) return found;
	const { names, packageName, wantedBy } = wanted;
	const log = process.getuid?.() === 0 ? await installWithApt(packageName) : '';
	const installed = await find(wanted);
	if (installed !== undefined) return installed;
	throw new Error(
		`${wantedBy} need ${names[0]}. Install it with:\n  sudo apt-get update && sudo apt-get install -y ${packageName}\n${log}`,
	);
}

async function find({ names, folders = onPath }: WantedProgram): Promise<string | undefined> {
	for (const name of names) {
		for (const folder of await folders()) {
			const file = path.join(folder, name);
			const isThere = await access(file, constants.X_OK).then(
				() => true,
				() => false,
			);
			if (isThere) return file;
		}
	}
	return undefined;
}

async function onPath(): Promise<string[]> {
	return (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

/** What apt said, for the case that it did not help. */
async function installWithApt(packageName: string): Promise<string> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const apt = async (...args: string[]): Promise<string> =>
		// Somebody else may be installing something now.
		(await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', ...args], { env })).log;
	try {
		return `${await apt('update')}${await apt('install', '-y', packageName)}`;
	} catch (error) {
		return String(error);
	}
}

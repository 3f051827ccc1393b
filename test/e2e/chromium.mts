import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../sandbox/n8n/processes.mts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The Chromium of this system; a root user's is installed with apt on first use.
 * @throws Error that names the command which installs it
 */
export async function chromiumPath(): Promise<string> {
	const found = await onPath();
	if (found !== undefined) return found;
	const log = process.getuid?.() === 0 ? await installWithApt() : '';
	const installed = await onPath();
	if (installed !== undefined) return installed;
	throw new Error(
		`The tests of the editor need a Chromium. Install it with:\n  sudo apt-get update && sudo apt-get install -y chromium\n${log}`,
	);
}

async function onPath(): Promise<string | undefined> {
	for (const name of names) {
		for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
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

/** What apt said, for the case that it did not help. */
async function installWithApt(): Promise<string> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	try {
		const update = await run('apt-get', ['update', '-qq'], { env });
		const install = await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env });
		return `${update.log}${install.log}`;
	} catch (error) {
		return String(error);
	}
}

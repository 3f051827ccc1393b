import { cp, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY, exists } from './folders.mts';
import type { N8nInstallation } from './install.mts';
import { PlainError } from './plainError.mts';

/** What the node takes from n8n. */
const n8nsModules = ['n8n-workflow', 'zod'];

/**
 * Puts the built node where n8n keeps an installed community node: a copy of what is published. Needs a restart of an
 * n8n that runs.
 * @throws PlainError when the package is not built
 */
export async function placeNodePackage(
	userFolder: string,
	{ script }: N8nInstallation,
): Promise<void> {
	if (!(await exists(path.join(REPOSITORY, 'dist')))) {
		throw new PlainError('The node is not built', { advice: 'npm run build' });
	}
	const packages = path.join(userFolder, '.n8n/nodes/node_modules');
	const place = path.join(packages, 'n8n-nodes-instasd');
	await rm(place, { recursive: true, force: true });
	await mkdir(place, { recursive: true });
	for (const name of ['package.json', 'dist']) {
		await cp(path.join(REPOSITORY, name), path.join(place, name), { recursive: true });
	}
	// A user folder below the repository would find the repository's modules before n8n's own.
	const neighbours = path.resolve(await realpath(script), '../../..');
	for (const name of n8nsModules) {
		const link = path.join(packages, name);
		await rm(link, { force: true });
		await symlink(await realpath(path.join(neighbours, name)), link, 'junction');
	}
}

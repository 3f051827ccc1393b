import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY, exists } from './folders.mts';
import { PlainError } from './plainError.mts';

/**
 * Puts the built node where n8n keeps an installed community node: a copy of what is published, so
 * that it finds n8n's modules and not the repository's. Needs a restart of an n8n that runs.
 * @param packageFolder the package to copy; this repository when not given
 * @throws PlainError when the package is not built
 */
export async function placeNodePackage(
	userFolder: string,
	packageFolder = REPOSITORY,
): Promise<void> {
	if (!(await exists(path.join(packageFolder, 'dist')))) {
		throw new PlainError('The node is not built', { advice: 'npm run build' });
	}
	const place = path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-instasd');
	await rm(place, { recursive: true, force: true });
	await mkdir(place, { recursive: true });
	for (const name of ['package.json', 'dist']) {
		await cp(path.join(packageFolder, name), path.join(place, name), { recursive: true });
	}
}

import { cp, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY, exists } from './folders.mts';
import type { N8nInstallation } from './install.mts';
import { PlainError, lastLines } from './plainError.mts';
import { run } from './processes.mts';

/**
 * Builds the node if anything has changed since it was built.
 * @throws PlainError in the words of the build
 */
export async function buildNodePackage(): Promise<void> {
	const gulp = path.join(REPOSITORY, 'node_modules/gulp/bin/gulp.js');
	const { code, log } = await run(process.execPath, [gulp, 'buildIfChanged', '--silent'], {
		cwd: REPOSITORY,
	});
	if (code !== 0) throw new PlainError('The node could not be built', { log: lastLines(log) });
}

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
	// A user folder below the repository would find the repository's n8n-workflow before n8n's own.
	const own = path.resolve(await realpath(script), '../../../n8n-workflow');
	const link = path.join(packages, 'n8n-workflow');
	await rm(link, { force: true });
	await symlink(await realpath(own), link, 'junction');
}

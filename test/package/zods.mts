import { mkdir, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SANDBOX_FOLDER, madeOnce } from '../../sandbox/n8n/folders.mts';
import { npmInstall, npmView } from '../../sandbox/n8n/npm.mts';

/** One that lacks what later ones have, n8n's own, and one of the first that are called 4. */
export const olderZods = ['3.22.4', '3.25.76', '4.0.17'];

/** The newest zod that there is. */
export async function newestZod(): Promise<string> {
	return z.string().parse(await npmView('zod@latest', ['version']));
}

/**
 * Puts a zod into a folder, where all that lies below finds it before n8n's own. Fetched on first use.
 * @returns where it really lies
 */
export async function placeZod(folder: string, version: string): Promise<string> {
	const fetched = await madeOnce(path.join(SANDBOX_FOLDER, `zod-${version}`), (temporary) =>
		npmInstall(temporary, [`zod@${version}`]),
	);
	const zod = await realpath(path.join(fetched, 'node_modules/zod'));
	await mkdir(path.join(folder, 'node_modules'), { recursive: true });
	await symlink(zod, path.join(folder, 'node_modules/zod'), 'junction');
	return zod;
}

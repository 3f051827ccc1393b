import { cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { PlainError, lastLines } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';
import type { Packed } from './packed.mts';
import { placeZod } from './zods.mts';

const script = fileURLToPath(new URL('makePicture.mts', import.meta.url));

/**
 * Has the package make a picture where it lies as in n8n's user folder, with a zod above that, or none.
 * @returns what it says of the picture
 * @throws PlainError when the picture is not made, or when the package is not beside that zod at all
 */
export async function pictureBeside(zod: string | undefined, packed: Packed): Promise<string> {
	const above = path.join(packed.folder, `../beside-zod-${zod ?? 'none'}`);
	const modules = path.join(above, 'home/.n8n/nodes/node_modules');
	const folder = path.join(modules, 'n8n-nodes-instasd');
	await mkdir(modules, { recursive: true });
	await cp(packed.folder, folder, { recursive: true });
	const own = await realpath(path.join(REPOSITORY, 'node_modules/n8n-workflow'));
	await symlink(own, path.join(modules, 'n8n-workflow'), 'junction');
	const placed = zod === undefined ? undefined : await placeZod(above, zod);
	const found = findZod(folder);
	const expected = placed === undefined ? found === undefined : found?.startsWith(placed);
	if (!expected) throw new PlainError(`Beside the package lies ${found ?? 'no zod'}`);

	const { code, stdout, log } = await run(process.execPath, ['--import', 'tsx', script, folder], {
		cwd: REPOSITORY,
	});
	if (code !== 0) throw new PlainError('The package makes no picture', { log: lastLines(log) });
	return stdout.trim();
}

/** What `require('zod')` would load in the package; n8n's own, by `NODE_PATH`, is not there. */
function findZod(folder: string): string | undefined {
	try {
		return createRequire(path.join(folder, 'package.json')).resolve('zod');
	} catch {
		return undefined;
	}
}

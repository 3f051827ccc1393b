import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { PlainError } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';

/** As much as the package may weigh. */
export const MOST_BYTES = 72_000;

/** The package as a user gets it. */
export interface Packed {
	/** What n8n installs, unpacked. */
	folder: string;
	/** What is downloaded. */
	bytes: number;
	remove(): Promise<void>;
}

const packs = z.array(z.object({ filename: z.string() })).nonempty();

/**
 * Packs the built node, or fetches a published package, and unpacks it outside the repository, where it finds none of
 * its modules.
 */
export async function pack(specification = '.'): Promise<Packed> {
	const temporary = await realpath(await mkdtemp(path.join(tmpdir(), 'instasd-package-')));
	const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true });
	try {
		const told = await must('npm', [
			...['pack', specification, '--json', '--ignore-scripts', '--pack-destination', temporary],
		]);
		// Newer npm tell them by name.
		const [{ filename }] = packs.parse(Object.values(JSON.parse(told)));
		const tarball = path.join(temporary, filename);
		await must('tar', ['-xzf', tarball, '-C', temporary]);
		const { size } = await stat(tarball);
		return { folder: path.join(temporary, 'package'), bytes: size, remove };
	} catch (error) {
		await remove();
		throw error;
	}
}

async function must(command: string, args: string[]): Promise<string> {
	const { code, stdout, log } = await run(command, args, { cwd: REPOSITORY });
	if (code !== 0) throw new PlainError(`'${command} ${args[0]}' failed`, { log });
	return stdout;
}

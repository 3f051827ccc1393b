import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunning, temporaryFolder } from './folders.mts';

/** A user folder of n8n that belongs to this process until it is given back. */
export interface Home {
	folder: string;
	/** It was in use, so this is another, empty one that will be removed. */
	temporary: boolean;
	giveBack(): Promise<void>;
}

/**
 * Takes a user folder for this process, since two n8n must not share one. What a process that is gone
 * had taken counts as free.
 */
export async function takeHome(folder: string): Promise<Home> {
	const lock = path.join(folder, 'in-use-by-process');
	await mkdir(folder, { recursive: true });
	if ((await take(lock)) || ((await isAbandoned(lock)) && (await take(lock)))) {
		return { folder, temporary: false, giveBack: () => rm(lock, { force: true }) };
	}
	const other = await temporaryFolder(folder);
	const giveBack = (): Promise<void> => rm(other, { recursive: true, force: true });
	return { folder: other, temporary: true, giveBack };
}

async function take(lock: string): Promise<boolean> {
	try {
		await writeFile(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	}
}

async function isAbandoned(lock: string): Promise<boolean> {
	const owner = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
	if (isRunning(owner)) return false;
	await rm(lock, { force: true });
	return true;
}

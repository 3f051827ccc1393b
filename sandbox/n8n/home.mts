import { mkdir, rm } from 'node:fs/promises';
import { lock } from 'proper-lockfile';
import { temporaryFolder } from './folders.mts';

/** A user folder of n8n that belongs to this process until it is given back. */
export interface Home {
	folder: string;
	/** It was in use, so this is another, empty one that will be removed. */
	temporary: boolean;
	giveBack(): Promise<void>;
}

/** For so long a process that was killed keeps what it had taken. */
const STALE_MS = 5000;

/** Takes a user folder for this process, since two n8n must not share one. */
export async function takeHome(folder: string): Promise<Home> {
	await mkdir(folder, { recursive: true });
	try {
		const giveBack = await lock(folder, { stale: STALE_MS, onCompromised: () => undefined });
		return { folder, temporary: false, giveBack };
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
	}
	const other = await temporaryFolder(folder);
	const giveBack = (): Promise<void> => rm(other, { recursive: true, force: true });
	return { folder: other, temporary: true, giveBack };
}

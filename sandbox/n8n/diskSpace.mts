import { statfs } from 'node:fs/promises';
import { PlainError } from './plainError.mts';

/** What is about to be put on a disk. */
export interface Load {
	/** The beginning of a sentence: "n8n". */
	what: string;
	folder: string;
	bytes: number;
}

/**
 * Makes sure that there is room for a load.
 * @throws PlainError saying how much it needs and how much is free
 */
export async function demandSpace(load: Load): Promise<void> {
	if ((await freeBytes(load.folder)) < load.bytes) throw await noSpace(load);
}

/**
 * Does what brings the load.
 * @throws PlainError as `demandSpace` does, should the disk become full on the way; else what `work` throws
 */
export async function withinSpace<T>(load: Load, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw isDiskFull(error) ? await noSpace(load, error) : error;
	}
}

async function noSpace({ what, folder, bytes }: Load, cause?: unknown): Promise<PlainError> {
	const free = gigabytes(await freeBytes(folder));
	return new PlainError(`${what} needs about ${gigabytes(bytes)} in ${folder}, ${free} are free`, {
		advice: 'Make room there and start again.',
		cause,
	});
}

async function freeBytes(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

function gigabytes(bytes: number): string {
	return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Of Node itself, or in the words of npm, pnpm or a compiler. */
function isDiskFull(error: unknown): boolean {
	const words = error instanceof PlainError ? error.log : String(error);
	return /ENOSPC|no space left on device/i.test(words ?? '');
}

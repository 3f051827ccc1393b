import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlainError } from './terminal.mts';

/** The repository. */
export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything that is fetched or made by the sandbox; ignored by git, may be deleted at any time. */
export const SANDBOX_FOLDER = path.join(REPOSITORY, '.sandbox');

/** Whether something is at this path. */
export async function exists(file: string): Promise<boolean> {
	return await stat(file).then(
		() => true,
		() => false,
	);
}

/**
 * Makes a folder once: `fill` works in a temporary folder beside it, which gets its name only when
 * all is done. An interrupted installation is therefore made anew, and two at the same time do not
 * meet: the first to finish wins.
 */
export async function madeOnce(
	folder: string,
	fill: (temporary: string) => Promise<void>,
): Promise<string> {
	if (await exists(folder)) return folder;
	const temporary = await temporaryFolder(folder);
	try {
		await fill(temporary);
		await chmod(temporary, 0o755);
		await rename(temporary, folder);
	} catch (error) {
		await rm(temporary, { recursive: true, force: true });
		if (!(await exists(folder))) throw error;
	}
	return folder;
}

/**
 * A new folder beside this one, for this process alone. What processes that are gone have left of the
 * kind is removed.
 */
export async function temporaryFolder(folder: string): Promise<string> {
	const parent = path.dirname(folder);
	const prefix = `${path.basename(folder)}.tmp-`;
	await mkdir(parent, { recursive: true });
	for (const name of await readdir(parent)) {
		if (!name.startsWith(prefix)) continue;
		if (isRunning(Number.parseInt(name.slice(prefix.length), 10))) continue;
		await rm(path.join(parent, name), { recursive: true, force: true });
	}
	return await mkdtemp(path.join(parent, `${prefix}${process.pid}-`));
}

/** Whether a process with this id is there. */
function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it is there and belongs to somebody else.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

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

import { createHash, randomUUID } from 'node:crypto';
import {
	cp,
	mkdir,
	readFile,
	readdir,
	realpath,
	rm,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { REPOSITORY, exists, temporaryFolder } from './folders.mts';
import type { N8nInstallation } from './install.mts';
import { run } from './processes.mts';
import { PlainError, lastLines } from './terminal.mts';

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
	const giveBack = await claim(folder);
	if (giveBack !== undefined) return { folder, temporary: false, giveBack };
	const other = await temporaryFolder(folder);
	return {
		folder: other,
		temporary: true,
		giveBack: () => rm(other, { recursive: true, force: true }),
	};
}

/**
 * Claims a folder by a file of one's own, touched as long as the claim lasts; undefined while another process has such
 * a file there. Each makes its file first and looks for others then: of two that meet, at least one sees the other.
 */
async function claim(folder: string): Promise<(() => Promise<void>) | undefined> {
	const mine = path.join(folder, `in-use-${randomUUID()}`);
	await writeFile(mine, '');
	const touch = () => utimes(mine, new Date(), new Date()).catch(() => undefined);
	const timer = setInterval(() => void touch(), STALE_MS / 5).unref();
	const giveBack = async () => {
		clearInterval(timer);
		await rm(mine, { force: true });
	};
	for (const name of await readdir(folder)) {
		const file = path.join(folder, name);
		if (!name.startsWith('in-use-') || file === mine) continue;
		const touched = await stat(file).catch(() => undefined);
		if (touched === undefined) continue;
		if (Date.now() - touched.mtimeMs < STALE_MS) {
			await giveBack();
			return undefined;
		}
		await rm(file, { force: true });
	}
	return giveBack;
}

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

const recordSchema = z.object({
	/** By the credential's name. */
	credentials: z.record(z.object({ id: z.string(), hash: z.string() })).default({}),
	/** By the example's file name. */
	workflows: z
		.record(z.object({ id: z.string(), hash: z.string(), versionId: z.string() }))
		.default({}),
});

/**
 * What the sandbox has put into an n8n: a later start changes what it made itself and leaves alone
 * what the user has changed since.
 */
export type SandboxRecord = z.infer<typeof recordSchema>;

/** The record in this file; an empty one when there is none that can be read. */
export async function readRecord(file: string): Promise<SandboxRecord> {
	const text = await readFile(file, 'utf8').catch(() => '{}');
	return recordSchema.parse(JSON.parse(text));
}

/** Replaces the record in this file. */
export async function writeRecord(file: string, record: SandboxRecord): Promise<void> {
	await writeFile(file, `${JSON.stringify(record, undefined, '\t')}\n`);
}

/** Tells whether something has changed. */
export function hashOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

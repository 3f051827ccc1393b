import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

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

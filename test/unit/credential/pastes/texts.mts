import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Texts that a real interpreter has run, by how they are written. */
export interface Written {
	/** The interpreter. */
	version: string;
	/** Request bodies that were sent. */
	bodies: unknown[];
	/** Each with the number of the body that it sends; -1 where it sends no JSON. */
	texts: Record<string, Array<[text: string, body: number]>>;
}

/** @param folder other than that of the committed ones */
export function writtenBy(language: string, folder = import.meta.dirname): Written {
	return JSON.parse(readFileSync(path.join(folder, `${language}.json`), 'utf8'));
}

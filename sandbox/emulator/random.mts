import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that are the same for the same key: the sequence "mulberry32". */
export function seededRandom(key: string | number): () => number {
	let state = createHash('sha256').update(String(key)).digest().readUInt32LE(0);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** So many characters of lowercase hex that belong to this text. */
export function hexOf(text: string, length: number): string {
	return createHash('sha256').update(text).digest('hex').slice(0, length);
}

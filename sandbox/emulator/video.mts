import type { Body } from './reply.mts';
import { seededRandom } from './random.mts';

const blockBytes = 262_144;

/**
 * So many bytes that begin as an MP4 file does: the boxes `ftyp` and `mdat`, then noise that belongs to the seed.
 * Each block of the noise begins with its own number, so a lost or swapped block changes the content. All blocks
 * share the same memory, whatever the length.
 */
export function videoBody(seed: string, bytes: number): Body {
	return { length: bytes, chunks: () => chunks(seed, bytes) };
}

function* chunks(seed: string, bytes: number): Iterable<Buffer> {
	const head = mp4Head(bytes);
	yield head;
	const noise = noiseBlock(seed);
	for (let left = bytes - head.length, block = 0; left > 0; left -= blockBytes, block++) {
		const number = Buffer.alloc(4);
		number.writeUInt32BE(block);
		yield number.subarray(0, left);
		if (left > number.length) yield noise.subarray(0, left - number.length);
	}
}

/** `mdat` has a 64-bit size, so that any length fits. */
function mp4Head(bytes: number): Buffer {
	const head = Buffer.alloc(40);
	head.writeUInt32BE(24, 0);
	head.write('ftypisom', 4, 'latin1');
	head.writeUInt32BE(512, 12);
	head.write('isommp42', 16, 'latin1');
	head.writeUInt32BE(1, 24);
	head.write('mdat', 28, 'latin1');
	head.writeBigUInt64BE(BigInt(bytes - 24), 32);
	return head;
}

function noiseBlock(seed: string): Buffer {
	const random = seededRandom(`video ${seed}`);
	const block = Buffer.alloc(blockBytes - 4);
	for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(random() * 2 ** 32, at);
	return block;
}

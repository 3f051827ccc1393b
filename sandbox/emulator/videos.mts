import { readFileSync } from 'node:fs';
import { bytesBody, type Body } from './exchange.mts';
import { seededRandom } from './random.mts';

// Three seconds of H.264, made once from a drawn landscape of 640 × 180:
// ffmpeg -loop 1 -framerate 12 -i landscape.png -t 3 -vf "crop=320:180:'(iw-ow)*t/3':0,format=yuv420p" -c:v libx264
//   -preset veryslow -crf 36 -map_metadata -1 -fflags +bitexact -flags:v +bitexact -movflags +faststart landscape.mp4
const landscape = readFileSync(new URL('landscape.mp4', import.meta.url));

const blockBytes = 262_144;

/**
 * So many bytes of an MP4 file that plays: the landscape, and a box that players skip, full of noise that belongs to the
 * seed. Each block of the noise begins with its own number, so a lost or swapped block changes the content. All blocks
 * share the same memory, whatever the length. Of fewer bytes than the landscape has, it is the beginning, and does not
 * play.
 */
export function videoBody(seed: string, bytes: number): Body {
	return { length: bytes, chunks: () => chunks(seed, bytes) };
}

function* chunks(seed: string, bytes: number): Iterable<Buffer> {
	const head = Buffer.concat([landscape, freeBox(bytes - landscape.length)]).subarray(0, bytes);
	yield head;
	const noise = noiseOf(`video ${seed}`, blockBytes - 4);
	for (let left = bytes - head.length, block = 0; left > 0; left -= blockBytes, block++) {
		const number = Buffer.alloc(4);
		number.writeUInt32BE(block);
		yield number.subarray(0, left);
		if (left > number.length) yield noise.subarray(0, left - number.length);
	}
}

/** The beginning of a box that fills so many bytes; its size has 64 bits, so that any length fits. */
function freeBox(bytes: number): Buffer {
	const box = Buffer.alloc(16);
	box.writeUInt32BE(1, 0);
	box.write('free', 4, 'latin1');
	box.writeBigUInt64BE(BigInt(Math.max(bytes, box.length)), 8);
	return box;
}

/** A WAV file of half a second, 8 bits at 8 kHz, of noise that belongs to the seed. */
export function soundBody(seed: string): Body {
	const samples = noiseOf(`sound ${seed}`, 4000);
	const header = Buffer.alloc(44);
	header.write('RIFF', 0, 'latin1');
	header.writeUInt32LE(36 + samples.length, 4);
	header.write('WAVEfmt ', 8, 'latin1');
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(8000, 24);
	header.writeUInt32LE(8000, 28);
	header.writeUInt16LE(1, 32);
	header.writeUInt16LE(8, 34);
	header.write('data', 36, 'latin1');
	header.writeUInt32LE(samples.length, 40);
	return bytesBody(Buffer.concat([header, samples]));
}

function noiseOf(key: string, bytes: number): Buffer {
	const random = seededRandom(key);
	const noise = Buffer.alloc(bytes);
	for (let at = 0; at < bytes; at += 4) noise.writeUInt32LE(random() * 2 ** 32, at);
	return noise;
}

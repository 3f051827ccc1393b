import { seededRandom } from './random.mts';

const rate = 8000;

/** A WAV file of half a second: a tone that belongs to the seed and fades away. */
export function sound(seed: string): Buffer {
	const samples = rate / 2;
	const frequency = 220 + seededRandom(`sound ${seed}`)() * 660;
	const wav = Buffer.alloc(44 + samples * 2);
	wav.write('RIFF', 0, 'latin1');
	wav.writeUInt32LE(wav.length - 8, 4);
	wav.write('WAVEfmt ', 8, 'latin1');
	wav.writeUInt32LE(16, 16);
	wav.writeUInt16LE(1, 20);
	wav.writeUInt16LE(1, 22);
	wav.writeUInt32LE(rate, 24);
	wav.writeUInt32LE(rate * 2, 28);
	wav.writeUInt16LE(2, 32);
	wav.writeUInt16LE(16, 34);
	wav.write('data', 36, 'latin1');
	wav.writeUInt32LE(samples * 2, 40);
	for (let at = 0; at < samples; at++) {
		const level = Math.sin((at / rate) * frequency * Math.PI * 2) * (1 - at / samples);
		wav.writeInt16LE(Math.round(level * 20_000), 44 + at * 2);
	}
	return wav;
}

import fc from 'fast-check';

import { drawSeed, randomInteger } from '../../../nodes/InstaSd/inputs/body';

const greatest = Number.MAX_SAFE_INTEGER;

test('a random integer is one of 2^32, which every seed node takes, and hardly ever comes twice', () => {
	const drawn = Array.from({ length: 1000 }, randomInteger);
	expect(drawn.filter((seed) => !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)).toEqual(
		[],
	);
	expect(drawn.some((seed) => seed >= 2 ** 31)).toBe(true);
	expect(new Set(drawn).size).toBeGreaterThan(990);
});

test('a seed keeps to the range in its title, to its ends', () => {
	expect(drawSeed('Seed (5-7)', () => 0)).toBe(5);
	expect(drawSeed('Seed (5-7)', () => 2)).toBe(7);
	expect(drawSeed('Seed (5-7)', () => 3)).toBe(5);
	expect(drawSeed('Seed (0-0)', () => 5)).toBe(0);
	expect(drawSeed('Seed (0-4294967295)', () => 4294967295)).toBe(4294967295);
	expect(drawSeed('Seed (0-9007199254740991)', () => greatest)).toBe(greatest);
	expect(drawSeed('Seed (9007199254740991-9007199254740991)', () => greatest)).toBe(greatest);
});

test('a seed is never below 0, which asks some nodes to draw their own', () => {
	expect(drawSeed('Seed (-1-100)', () => 0)).toBe(0);
	expect(drawSeed('Seed (-1-100)', () => 101)).toBe(0);
	expect(drawSeed('Seed (-9 to -1)', () => 12)).toBe(12);
});

test.each([
	'Seed',
	'',
	'Seed (0-18446744073709551615)',
	'Seed (7-3)',
	'Seed (0.5-3)',
	'Seed (random)',
])('without a range that can be kept, as in %p, any seed may come', (title) => {
	expect(drawSeed(title, () => greatest)).toBe(greatest);
});

test('whatever the range and the chance, the seed is a whole number within', () => {
	const integer = fc.maxSafeNat();
	fc.assert(
		fc.property(integer, integer, integer, (one, other, chance) => {
			const [least, most] = [Math.min(one, other), Math.max(one, other)];
			const seed = drawSeed(`Seed (${least}-${most})`, () => chance);
			expect(Number.isSafeInteger(seed) && seed >= least && seed <= most).toBe(true);
		}),
	);
});

import fc from 'fast-check';

import { drawSeed, randomInteger } from '../../../nodes/InstaSd/inputs/body';
import { isOutOfRange, rangeInTitle } from '../../../nodes/InstaSd/inputs/scalars';

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

test.each([
	['Seed (0-4294967295)', { least: 0, greatest: 4294967295 }],
	['Steps (8–12)', { least: 8, greatest: 12 }],
	['Steps (8 .. 12)', { least: 8, greatest: 12 }],
	['Steps (8 to 12)', { least: 8, greatest: 12 }],
	['Steps (5-5)', { least: 5, greatest: 5 }],
	['Seed (-1-100)', { least: -1, greatest: 100 }],
	['Seed (0 - 9007199254740991)', { least: 0, greatest: 9007199254740991 }],
	['Steps (12-8)', undefined],
	['Strength (0.1-0.9)', { least: 0.1, greatest: 0.9 }],
	['Shift (-0.5 to 1)', { least: -0.5, greatest: 1 }],
	['CFG (1..2.5)', { least: 1, greatest: 2.5 }],
	['Aspect (16:9)', undefined],
	['Seed', undefined],
	['Size (large)', undefined],
])('the range in %p is %j', (title, range) => {
	expect(rangeInTitle(title)).toEqual(range);
});

test.each([
	['Strength (0-1)', 3, true],
	['Strength (0-1)', -0.1, true],
	['Strength (0-1)', '1.01', true],
	['Strength (0-1)', 0, false],
	['Strength (0-1)', 1, false],
	['Strength (0-1)', '0.5', false],
	['Steps (8-12)', 13, true],
	['Steps', 13, false],
	['Name (0-1)', 'a cat', false],
	['Switch (0-1)', true, false],
	['Strength (0-1)', null, false],
])('whether %p with %p is out of its range: %p', (title, value, yes) => {
	expect(isOutOfRange(title, value)).toBe(yes);
});

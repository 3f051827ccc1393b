import { isOutOfRange, rangeInTitle } from '../../../nodes/InstaSd/inputs/scalars';

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

import fc from 'fast-check';
import { DurationEstimate, longestPause, nextPause } from '../../../nodes/InstaSd/wait/pace';

const anyTime = fc.double({ min: 0, max: 1e12, noNaN: true });
const anyEnd = fc.double({ noNaN: true });

describe('without a prediction', () => {
	test.each([
		[0, 500],
		[3_000, 500],
		[10_000, 500],
		[20_000, 1_000],
		[60_000, 3_000],
		[100_000, 5_000],
		[3_600_000, 5_000],
	])('a task of %i ms is asked for again after %i ms', (ageMs, pauseMs) => {
		expect(nextPause(ageMs, [])).toBe(pauseMs);
	});
});

test('whatever is predicted, the pause is never longer than without, and never none', () => {
	fc.assert(
		fc.property(anyTime, fc.array(anyEnd, { maxLength: 4 }), (ageMs, endsMs) => {
			const pause = nextPause(ageMs, endsMs);
			expect(pause).toBeGreaterThanOrEqual(100);
			expect(pause).toBeLessThanOrEqual(longestPause(ageMs));
		}),
		{ numRuns: 2_000, seed: 1 },
	);
});

test('an end that is near is asked for just behind it', () => {
	expect(nextPause(60_000, [61_000])).toBe(1_020);
	expect(nextPause(60_000, [62_000, 61_000])).toBe(1_020);
});

test('an end that is far, or has passed, changes nothing', () => {
	expect(nextPause(60_000, [600_000, 59_000])).toBe(3_000);
});

describe('estimate', () => {
	const after = (...ends: Array<[running: number, over: number]>) => {
		const estimate = new DurationEstimate();
		for (const [running, over] of ends) estimate.add(running, over);
		return estimate.likelyEndsMs();
	};

	test('none of which has ended tell nothing', () => {
		expect(after()).toEqual([]);
	});
	test('that agree narrow down when such a task ends', () => {
		expect(after([2_600, 3_100], [2_900, 3_400], [2_500, 3_000])).toEqual([3_000]);
	});
	test('of which one has ended tell nothing: it may be the only one of its length', () => {
		expect(after([2_600, 3_100])).toEqual([]);
	});
	test('that agree in a wide range are asked for in the middle of it, too', () => {
		expect(after([2_600, 3_100], [2_700, 3_200])).toEqual([2_900, 3_100]);
	});
	test('that contradict each other tell nothing until they agree again', () => {
		expect(after([2_600, 3_100], [2_700, 3_200], [9_000, 9_050])).toEqual([]);
		expect(after([2_600, 3_100], [9_000, 9_050], [8_900, 9_040])).toEqual([9_040]);
	});
});

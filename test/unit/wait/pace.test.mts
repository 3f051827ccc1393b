import fc from 'fast-check';
import { parseTask } from '../../../nodes/InstaSd/api/task';
import {
	DurationEstimate,
	endBySteps,
	longestPause,
	nextPause,
	type Steps,
	withSteps,
} from '../../../nodes/InstaSd/wait/pace';

const anyTime = fc.double({ min: 0, max: 1e12, noNaN: true });
const anySteps = fc.oneof(fc.nat(50), fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }));
const anyEnd = fc.option(fc.double({ noNaN: true }), { nil: undefined });

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
	expect(nextPause(60_000, [62_000, 61_000, undefined])).toBe(1_020);
});

test('an end that is far, or has passed, changes nothing', () => {
	expect(nextPause(60_000, [600_000, 59_000])).toBe(3_000);
});

describe('steps', () => {
	const seen = (...marks: Array<[ageMs: number, steps: number]>) =>
		marks.reduce<Steps>(
			(steps, [ageMs, completed]) => withSteps(steps, running(completed, 20), ageMs),
			{ estimated: 0 },
		);
	const running = (completed: number | null, estimated: number | null) => {
		const task = parseTask(
			{
				body: { status: 'EXECUTING', completed_steps: completed, estimated_steps: estimated },
				taskId: 'a',
			},
			'a',
			'https://api.example.com',
		);
		if (task === undefined) throw new Error('No task');
		return task;
	};

	test('tell when the last is due, at the rate since the first ones', () => {
		expect(endBySteps(seen([10_000, 2], [18_000, 10]))).toBe(28_000);
	});
	test('that were slow at first, while models were loaded, do not make the others look slow', () => {
		expect(endBySteps(seen([60_000, 1], [61_000, 3]))).toBeLessThan(70_000);
	});
	test.each([
		['seen once', seen([1_000, 5])],
		['that stand still', seen([1_000, 5], [9_000, 5])],
		['that are all done', seen([1_000, 5], [2_000, 20])],
		['that are more than were estimated', seen([1_000, 5], [2_000, 25])],
		['of which nothing is known', withSteps({ estimated: 0 }, running(null, null), 1_000)],
	])('%s tell nothing', (_, steps) => {
		expect(endBySteps(steps)).toBeUndefined();
	});
	test('of any size give an age or nothing, and never a pause that is no number', () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(anyTime, anySteps), { maxLength: 9 }),
				anySteps,
				(all, most) => {
					let steps: Steps = { estimated: 0 };
					for (const [ageMs, completed] of all) {
						steps = withSteps(steps, running(completed, most), ageMs);
					}
					expect(nextPause(1_000, [endBySteps(steps)])).toBeGreaterThanOrEqual(100);
				},
			),
			{ numRuns: 1_000, seed: 2 },
		);
	});
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

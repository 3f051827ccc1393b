import fc from 'fast-check';
import { nextPollDelay, type Progress } from '../../../nodes/InstaSd/wait/pace.ts';
import { createSiblings } from '../../../nodes/InstaSd/wait/siblings.ts';
import {
	addSighting,
	submitted,
	workStart,
	workTime,
	type Sighting,
} from '../../../nodes/InstaSd/wait/sightings.ts';
import { parseTask } from '../../../nodes/InstaSd/api/replies.ts';

const shortest = 100;
const longest = 60_000;

const queuedAt = (ageMs: number): Sighting => ({ ...submitted, ageMs });
const workingAt = (ageMs: number, completedSteps = 0, estimatedSteps = 0): Sighting => ({
	ageMs,
	isWorking: true,
	completedSteps,
	estimatedSteps,
});
function delayAfter(sightings: Sighting[], rest: Partial<Progress> = {}): number {
	const ageMs = sightings[sightings.length - 1]?.ageMs ?? 0;
	return nextPollDelay({ ageMs, sightings, siblingsMs: [], roundTripMs: 0, ...rest });
}

const anyTime = fc.double({ min: 0, max: 1e12, noNaN: true });
const anySteps = fc.oneof(fc.nat(50), fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }));
const anySighting = fc.record({
	ageMs: anyTime,
	isWorking: fc.boolean(),
	completedSteps: anySteps,
	estimatedSteps: anySteps,
});
const anyProgress = fc.record({
	ageMs: anyTime,
	sightings: fc.array(anySighting, { maxLength: 20 }),
	siblingsMs: fc
		.array(anyTime, { maxLength: 60 })
		.map((times) => times.toSorted((left, right) => left - right)),
	roundTripMs: anyTime,
});

test('whatever the service says, the pause is a number within its bounds', () => {
	fc.assert(
		fc.property(anyProgress, (progress) => {
			const delay = nextPollDelay(progress);
			expect(delay).toBeGreaterThanOrEqual(shortest);
			expect(delay).toBeLessThanOrEqual(longest);
		}),
		{ numRuns: 2_000, seed: 1 },
	);
});

test('steps too small to be divided by leave the pause a number', () => {
	const steps = [0, 1e-320, 2e-320, 3e-320];
	expect(delayAfter(steps.map((step, index) => workingAt(index * 1000, step, 10)))).toBe(shortest);
});

test('the same progress gives the same pause, and is not changed', () => {
	fc.assert(
		fc.property(anyProgress, (progress) => {
			const before = structuredClone(progress);
			expect(nextPollDelay(progress)).toBe(nextPollDelay(progress));
			expect(progress).toEqual(before);
		}),
		{ seed: 2 },
	);
});

describe('with steps', () => {
	const halfDone = [
		submitted,
		workingAt(100, 0, 20),
		workingAt(10_000, 5, 20),
		workingAt(20_000, 10, 20),
	];

	test('half way, it sleeps through most of the rest and not beyond it', () => {
		expect(delayAfter(halfDone)).toBeGreaterThan(12_000);
		expect(delayAfter(halfDone)).toBeLessThan(20_000);
	});
	test('time in the queue does not make the steps look slow', () => {
		const later = [
			submitted,
			queuedAt(100_000),
			...halfDone.slice(1).map((seen) => ({ ...seen, ageMs: seen.ageMs + 100_000 })),
		];
		expect(delayAfter(later)).toBeCloseTo(delayAfter(halfDone), -3);
	});
	test('a slow first step is not taken for the rate of all', () => {
		const loaded = [submitted, workingAt(60_000, 0, 20), workingAt(61_000, 2, 20)];
		expect(delayAfter(loaded)).toBeLessThan(20_000);
	});
	test('the last step done, it asks every few percent of the time until the task is saved', () => {
		const saving = [...halfDone, workingAt(40_000, 20, 20)];
		expect(delayAfter(saving)).toBeGreaterThan(1_000);
		expect(delayAfter(saving)).toBeLessThan(40_000 * 0.06);
	});
	test('a tail without end is asked for less and less often', () => {
		const tail = [...halfDone, workingAt(40_000, 20, 20)];
		expect(delayAfter([...tail, workingAt(140_000, 20, 20)])).toBeGreaterThan(
			delayAfter([...tail, workingAt(50_000, 20, 20)]),
		);
	});
	test.each([
		['fewer than are done', 5],
		['none', 0],
	])('an estimate of %s is no reason to hurry or to give up', (_, estimated) => {
		const wrong = halfDone.map((seen) => ({ ...seen, estimatedSteps: estimated }));
		const delay = delayAfter(wrong);
		expect(delay).toBeGreaterThanOrEqual(1_000);
		expect(delay).toBeLessThanOrEqual(4_200);
	});
	test('a prediction of a year is not believed for much longer than the work has lasted', () => {
		const slow = [submitted, workingAt(100, 0, 1e6), workingAt(5_000, 1, 1e6)];
		expect(delayAfter(slow)).toBeLessThanOrEqual(5_000);
		expect(delayAfter(slow, { siblingsMs: [1_000] })).toBeLessThanOrEqual(1.3 * 5_000);
	});
});

describe('with siblings', () => {
	const working = [submitted, queuedAt(20_000), workingAt(20_200), workingAt(30_000)];

	test('their time counts from the begin of the work', () => {
		const delay = delayAfter(working, { siblingsMs: [10_500, 10_500, 10_500] });
		expect(delay).toBeGreaterThan(400);
		expect(delay).toBeLessThan(1_500);
	});
	test('a task that outlasts them all is asked for at a growing pace, not in a hurry for ever', () => {
		const siblingsMs = [1_000, 1_000];
		expect(delayAfter(working, { siblingsMs })).toBeGreaterThan(1_000);
	});
	test('in the queue, short siblings make it look more often', () => {
		const queue = [submitted, queuedAt(100_000)];
		expect(delayAfter(queue, { siblingsMs: [2_000] })).toBeLessThan(delayAfter(queue));
	});
});

test('without any hint the pause grows with the work, not with the time in the queue', () => {
	expect(delayAfter([submitted, workingAt(100), workingAt(50_000)])).toBeCloseTo(9_990, -2);
	expect(delayAfter([submitted, queuedAt(50_000), workingAt(50_100)])).toBe(200);
});

test('what a question takes on its way is part of the pause', () => {
	const sightings = [submitted, workingAt(50_000)];
	const whole = delayAfter(sightings);
	expect(delayAfter(sightings, { roundTripMs: 300 })).toBe(whole - 300);
});

describe('sightings', () => {
	const task = (fields: Record<string, unknown>) => {
		const parsed = parseTask({ body: fields }, 'id');
		if (parsed === undefined) throw new Error('not a task');
		return parsed;
	};

	test('a long wait in which nothing changes takes no memory', () => {
		const sightings = [submitted];
		for (let age = 0; age < 1_000; age++)
			addSighting(sightings, task({ status: 'EXECUTING' }), age);
		expect(sightings).toHaveLength(3);
		expect(sightings.at(-1)?.ageMs).toBe(999);
	});
	test('steps that are no numbers count as none', () => {
		const sightings: Sighting[] = [];
		addSighting(
			sightings,
			task({ status: 'IN_PROGRESS', completed_steps: 'x', estimated_steps: null }),
			5,
		);
		expect(sightings).toEqual([workingAt(5)]);
	});
	test('a task whose steps advance is at work, whatever its status says', () => {
		const sightings = [submitted];
		addSighting(sightings, task({ status: 'IN_QUEUE', completed_steps: 2 }), 100);
		expect(workStart(sightings)).toBe(50);
	});
	test('the time of work is told without the queue, and only where it is known', () => {
		expect(workTime([submitted, queuedAt(1_000), workingAt(1_200), workingAt(3_000)], 3_200)).toBe(
			2_000,
		);
		expect(workTime([submitted, queuedAt(1_000)], 2_000)).toBeUndefined();
		expect(workTime([workingAt(0), workingAt(1_000)], 1_200)).toBeUndefined();
		expect(workTime([], 0)).toBeUndefined();
	});
	test('the times of siblings come sorted, and the oldest are forgotten', () => {
		const siblings = createSiblings();
		for (const time of [undefined, 3, 1, 2]) siblings.completed(time);
		expect(siblings.workMs()).toEqual([1, 2, 3]);
		for (let i = 0; i < 1_000; i++) siblings.completed(9);
		expect(new Set(siblings.workMs())).toEqual(new Set([9]));
		expect(siblings.workMs().length).toBeLessThanOrEqual(100);
	});
});

import fc from 'fast-check';
import {
	after429,
	afterReply,
	gapMs,
	unlimited,
	type AllowedRate,
} from '../../../nodes/InstaSd/wait/allowedRate';

/** A request takes this long, in ms. */
const tripMs = 50;

interface Refused {
	/** How many requests started within the last second, or when they did. */
	sent?: number | number[];
	areWaiting?: boolean;
	retryAfterMs?: number;
	chance?: number;
}
const refuse = (
	rate: AllowedRate,
	now: number,
	{ sent = 1, areWaiting = true, retryAfterMs = 0, chance = 0 }: Refused = {},
) => {
	const begun =
		typeof sent === 'number'
			? Array.from({ length: sent }, (_, index) => now - (index * 1000) / sent)
			: sent;
	return after429(rate, {
		...{ begunAt: now - tripMs, now, areWaiting, retryAfterMs, chance },
		sent: begun,
	});
};
const reply = (rate: AllowedRate, now: number) => afterReply(rate, { begunAt: now - tripMs, now });
/** So many replies at once. */
const replies = (rate: AllowedRate, now: number, count: number) => {
	let raised = rate;
	for (let index = 0; index < count; index++) raised = reply(raised, now);
	return raised;
};
/** So many 429s in a row, each as soon as possible after the one before. */
const refuseInARow = (times: number, some: Refused = {}, from = 0) => {
	let rate = unlimited;
	let now = from;
	const pauses: number[] = [];
	for (let index = 0; index < times; index++) {
		now = Math.max(now, rate.refused.until) + tripMs;
		rate = refuse(rate, now, some);
		pauses.push(rate.refused.until - now);
	}
	return { rate, pauses };
};
/** A rate of 10 a second, which is in use when it is refused. */
const refusedAt10 = () => {
	const { rate } = refuseInARow(1);
	return refuse(reply(rate, 1_000), 2_000, { sent: 10 });
};

describe('a 429', () => {
	test.each([
		['all of the rate was in use', 380, 266],
		['half of it was', 200, 140],
		['little was in use', 20, 14],
		['hardly any was', 1, 10],
	])('leaves seven tenths of the requests there were, at least ten: %s', (_, sent, left) => {
		expect(refuse(unlimited, 1_000, { sent }).perSecond).toBeCloseTo(left);
	});

	test('after another, to a few requests that were all that was allowed, leaves fewer than ten', () => {
		const slow = refuse(reply(refusedAt10(), 3_000), 4_000, { sent: 7 });
		expect(slow.perSecond).toBeCloseTo(0.7 * 7);
		// Right after the pause, two within a tenth of a second are many.
		const slower = refuse(reply(slow, 5_000), 5_100, { sent: [5_020, 5_060] });
		expect(slower.perSecond).toBeLessThan(0.8 * slow.perSecond);
	});

	test('to a request behind which none waits teaches no limit, however soon after the last it comes', () => {
		let rate = unlimited;
		for (let now = 0; now < 100_000; now += 1_000) {
			rate = reply(refuse(rate, now, { areWaiting: false }), now + 500);
			rate = refuse(rate, now + 560, { sent: [now + 510], areWaiting: false });
		}
		expect(rate.perSecond).toBeGreaterThanOrEqual(10);
	});

	test('to a request from before the last one says nothing', () => {
		const rate = refuse(unlimited, 1_000);
		const stale = { begunAt: 1_000, now: 1_040, sent: [1_000] };
		const others = { areWaiting: true, retryAfterMs: 0, chance: 0 };
		expect(after429(rate, { ...stale, ...others })).toBe(rate);
	});
});

describe('429s in a row', () => {
	test('make the pauses longer, up to half a minute, and the rate no lower', () => {
		const { rate, pauses } = refuseInARow(9);
		expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
		expect(Math.max(...refuseInARow(9, { chance: 0.999 }).pauses)).toBeLessThanOrEqual(32_000);
		expect(rate.perSecond).toBe(10);
		const fast = refuse(unlimited, 1_000, { sent: 200 });
		expect(refuse(fast, fast.refused.until + tripMs).perSecond).toBe(fast.perSecond);
	});

	test('let requests go one at a time, until one is taken', () => {
		const { rate } = refuseInARow(5);
		expect(gapMs(rate)).toBe(500);
		expect(gapMs(reply(rate, 60_000))).toBeCloseTo(1000 / 11);
	});

	test('of which the last was long ago are forgotten', () => {
		const { rate } = refuseInARow(9);
		const now = rate.refused.until + 120_000;
		expect(refuse(rate, now).refused.until - now).toBe(250);
	});

	test.each([0, 1, 600, 1e300])(
		'with a Retry-After of %f s pause for as long, and teach no more than without',
		(seconds) => {
			const asked = refuse(unlimited, 1_000, { retryAfterMs: seconds * 1000 });
			expect(asked.refused.until).toBe(1_000 + Math.max(250, seconds * 1000));
			expect(asked).toMatchObject({ perSecond: 10, tooFast: undefined });
			expect(gapMs(asked)).toBe(500);
		},
	);
});

describe('replies', () => {
	test.each([1, 2, 9])(
		'make up for %i refusals of one task: the next runs are as fast as ever',
		(times) => {
			const { rate } = refuseInARow(times);
			const now = rate.refused.until + tripMs;
			expect(replies(rate, now, 20).perSecond).toBe(30);
			expect(replies(rate, now, 400).perSecond).toBe(380);
		},
	);

	test.each([
		[0, 7],
		[1, 8.7],
		[2, 9.6],
		[3.9, 10],
	])('raise a refused rate of 10 soon, then carefully: after %f s to %f', (seconds, expected) => {
		const resumed = reply(refusedAt10(), 3_000);
		const rate = replies(resumed, 3_000 + seconds * 1000, 20);
		expect(rate.perSecond).toBeCloseTo(expected, 1);
	});

	test('raise it further when it has been tried again', () => {
		const resumed = reply(refusedAt10(), 3_000);
		expect(replies(resumed, 7_000, 20).perSecond).toBeGreaterThan(25);
	});

	test('to requests from before the last 429 say nothing', () => {
		const rate = refuse(unlimited, 1_000);
		expect(afterReply(rate, { begunAt: 990, now: 1_040 })).toBe(rate);
	});
});

describe('a quota', () => {
	interface Spent {
		taken?: number;
		/** When the 429s begin, and when they end; in ms from the first request. */
		refusedFor?: [from: number, to: number];
		retryAfterMs?: number;
	}
	/** Requests from this moment on, of which some are taken, and then none. */
	const spend = (
		rate: AllowedRate,
		from: number,
		{ taken = 60, refusedFor: [begin, end] = [5_000, 60_000], retryAfterMs = 0 }: Spent = {},
	) => {
		let refused = refuse(replies(rate, from, taken), from + begin, {
			sent: taken / 5,
			retryAfterMs,
		});
		while (refused.refused.until < from + end) {
			refused = refuse(refused, refused.refused.until + tripMs, { retryAfterMs });
		}
		return { rate: refused, now: Math.max(from + end, refused.refused.until + tripMs) };
	};
	const spendTwice = (spent?: Spent) => {
		const once = spend(unlimited, 0, spent);
		return { once, twice: spend(reply(once.rate, once.now), once.now, spent) };
	};

	test.each([0, 55_000])(
		'that was used up twice is spread over its period, with or without Retry-After: %i ms',
		(retryAfterMs) => {
			const { once, twice } = spendTwice({ retryAfterMs });
			const periodMs = twice.now - once.now;
			const quota = replies(twice.rate, twice.now, 5);
			expect(quota.perSecond).toBeCloseTo(61_000 / periodMs);
			const lastMoment = twice.now + periodMs - 1;
			expect(replies(quota, lastMoment, 5).perSecond).toBe(quota.perSecond);
			expect(replies(quota, twice.now + periodMs, 5).perSecond).toBeGreaterThan(5);
		},
	);

	test('is not concluded from a service that refuses everything for a while, once', () => {
		const { rate, now } = spend(unlimited, 0);
		expect(replies(rate, now, 100).perSecond).toBeGreaterThan(50);
	});

	test.each<[string, Spent]>([
		['for less than half of the time', { refusedFor: [32_000, 60_000] }],
		['and has taken few before', { taken: 5 }],
		['for minutes', { refusedFor: [5_000, 150_000] }],
	])('is not concluded from a service that twice refuses everything %s', (_, spent) => {
		const { twice } = spendTwice(spent);
		expect(replies(twice.rate, twice.now, 100).perSecond).toBeGreaterThan(50);
	});

	test('is not concluded from 429s in passing, however often', () => {
		let rate = unlimited;
		for (let now = 0; now < 600_000; now += 2_000) {
			rate = refuse(refuse(replies(rate, now, 30), now + 100), now + 1_000);
		}
		expect(replies(rate, 600_000, 50).perSecond).toBeGreaterThan(30);
	});

	test('is not concluded from a long time without requests', () => {
		const before = reply(refuse(reply(unlimited, 1_000), 2_000), 3_000);
		const rate = refuse(before, 4_000);
		expect(replies(rate, 64_000, 50).perSecond).toBeGreaterThan(30);
	});
});

test('whatever comes, there is at least a request every two seconds, and never more than 380 a second', () => {
	const events = fc.array(
		fc.record({
			afterMs: fc.oneof(
				fc.constant(0),
				fc.nat(100),
				fc.nat(100_000),
				fc.double({ min: 0, max: 1e12, noNaN: true }),
			),
			tripMs: fc.nat(100_000),
			is429: fc.boolean(),
			areWaiting: fc.boolean(),
			count: fc.oneof(fc.constant(0), fc.nat(400)),
			retryAfterMs: fc.oneof(fc.constant(0), fc.double({ min: 0, noNaN: true })),
			chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
		}),
		{ maxLength: 200 },
	);
	fc.assert(
		fc.property(events, (all) => {
			let rate = unlimited;
			let now = 0;
			for (const { afterMs, is429, count, ...event } of all) {
				now += afterMs;
				const begunAt = now - event.tripMs;
				const sent = Array.from({ length: count }, () => now);
				rate = is429
					? after429(rate, { ...event, begunAt, now, sent })
					: afterReply(rate, { begunAt, now });
				expect(rate.perSecond).toBeGreaterThanOrEqual(0.5);
				expect(rate.perSecond).toBeLessThanOrEqual(380);
				expect(gapMs(rate)).toBeLessThanOrEqual(2_000);
			}
		}),
		{ numRuns: 500, seed: 33 },
	);
});

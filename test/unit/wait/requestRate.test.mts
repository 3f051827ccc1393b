import fc from 'fast-check';
import {
	allowedPerSecond,
	limitOf,
	quotaOf,
	RequestRate,
	sharedRate,
} from '../../../nodes/InstaSd/wait/requestRate';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

const never = new AbortController().signal;

/** A rate in virtual time, and the moments in which the requests of a run begin. */
function openRate() {
	const clock = createVirtualClock();
	const stop = new AbortController();
	const rate = new RequestRate(clock);
	const turn = async (latest?: number, run = stop.signal) => (await rate.turn(run, latest)) ?? NaN;
	const ask = async (count = 1) =>
		await clock.run(Promise.all(Array.from({ length: count }, async () => await turn())));
	const sleep = async (ms: number) => await clock.run(clock.sleep(ms, never));
	/** Asks, and reports a 429 to it. */
	const refuse = async (retryAfterMs?: number) => {
		const [at = NaN] = await ask();
		rate.refused(at, retryAfterMs);
		return at;
	};
	return { clock, stop, rate, turn, ask, sleep, refuse };
}

const within = (begun: readonly number[], from: number, ms: number) =>
	begun.filter((at) => at >= from && at < from + ms).length;

describe('the limit of a service that has refused requests', () => {
	test.each([
		['what it took in the second before', 100, 380, 100, 4_000],
		['a slow one, for as long as ten requests take', 1, 2, 1, 10_000],
		['never more than was allowed', 12, 10, 10, 4_000],
		['a sixth of what was allowed, if it took nothing', 0, 60, 10, 4_000],
		['a request every two seconds at least', 0, 0.5, 0.5, 20_000],
	])('is %s', (_, inLastSecond, allowed, perSecond, regainedMs) => {
		expect(limitOf(inLastSecond, allowed)).toEqual({ perSecond, regainedMs });
	});

	test.each([
		['is a quota of a minute, spread over it', 60, 55_000, 60_000, 1],
		['is no quota after a few seconds of 429s', 60, 4_000, 5_000, undefined],
		['is no quota if it took requests for most of the time', 60, 28_000, 60_000, undefined],
		['is no quota after minutes of 429s', 60, 145_000, 150_000, undefined],
		['is no quota at the first 429s', 60, 55_000, Infinity, undefined],
	])('%s', (_, taken, refusedMs, periodMs, perSecond) => {
		const regainedMs = periodMs / 2;
		expect(quotaOf(taken, refusedMs, periodMs)).toEqual(perSecond && { perSecond, regainedMs });
	});

	test.each([
		[0, 8],
		[2_000, 9.75],
		[4_000, 10],
		[8_000, 12],
		[20_000, 138],
		[40_000, 380],
		[Infinity, 380],
	])(
		'lets requests come back, soon and then carefully: after %d ms, %d a second',
		(ms, expected) => {
			expect(allowedPerSecond({ perSecond: 10, regainedMs: 4_000 }, ms)).toBeCloseTo(expected);
		},
	);
});

test('a few requests go out at once', async () => {
	expect(await openRate().ask(15)).toEqual(Array.from({ length: 15 }, () => 0));
});

test('however many there are, about 380 go out a second, in the order in which they came', async () => {
	const begun = await openRate().ask(2_000);
	for (const second of [0, 1, 2, 3]) {
		expect(within(begun, second * 1000, 1000)).toBeGreaterThan(350);
		expect(within(begun, second * 1000, 1000)).toBeLessThanOrEqual(400);
	}
	expect(begun).toEqual(begun.toSorted((one, other) => one - other));
});

test.each([1, 2, 9])(
	'after %i × 429 to a lone request, the next are as fast as ever',
	async (times) => {
		const { ask, rate, refuse } = openRate();
		for (let refusal = 0; refusal < times; refusal++) await refuse();
		const [taken = NaN] = await ask();
		rate.replied(taken);
		expect(within(await ask(400), taken, 1000)).toBeGreaterThan(360);
	},
);

test('after a 429 while others wait, as many go out as the service took, and as ever within half a minute', async () => {
	const { ask, rate, refuse, clock, sleep, turn } = openRate();
	for (const at of await ask(20)) rate.replied(at);
	const [early = NaN] = await ask();
	await refuse();
	const waiting = Array.from({ length: 100 }, async () => await turn());
	const taken = (await clock.run(Promise.race(waiting))) ?? NaN;
	rate.replied(taken);
	// A reply that was on its way says nothing new.
	rate.refused(early);
	rate.replied(early);
	const begun = await clock.run(Promise.all(waiting));
	// The service took 20; a sixth of what was allowed is more.
	expect(within(begun, taken, 1000)).toBeGreaterThan(45);
	expect(within(begun, taken, 1000)).toBeLessThan(70);
	await sleep(30_000);
	expect(within(await ask(400), clock.now() - 1500, 1500)).toBeGreaterThan(360);
});

test('while a service answers 429, requests go one at a time, less and less often, but about twice a minute', async () => {
	const { rate, turn, clock, sleep } = openRate();
	const tripMs = 50;
	const moments: number[] = [];
	for (let task = 0; task < 60; task++) {
		void turn().then(async (at) => {
			moments.push(at);
			await clock.sleep(tripMs, never);
			rate.refused(at);
		});
	}
	await sleep(90_000);
	const atFirst = within(moments, 0, tripMs + 1);
	expect(atFirst).toBeLessThanOrEqual(40);
	const later = moments.slice(atFirst);
	const pauses = later.slice(1).map((at, index) => at - (later[index] ?? NaN) - tripMs);
	const seconds = [0.5, 1, 2, 4, 8, 16, 16, 16, 16];
	expect(pauses).toEqual(seconds.map((one) => expect.closeTo(one * 1000, 3)));
});

test('a run that is stopped when its request was to show whether the service takes requests again holds up no other', async () => {
	const { ask, refuse, clock, sleep } = openRate();
	for (let refusal = 0; refusal < 9; refusal++) await refuse();
	await sleep(60_000);
	const from = clock.now();
	const [, next = NaN] = await ask(2);
	expect(next - from).toBeLessThanOrEqual(500);
});

test.each([
	['for a while', 5_000, 5_000],
	['for hours', 36_000_000, 36_000_000],
	['for no time, as a date in the past does', 0, 250],
])('a pause that the service asks for %s is kept by all requests', async (_, ms, expected) => {
	const { rate, refuse, clock, turn } = openRate();
	const at = await refuse();
	const waiting = Promise.all([turn(), turn(undefined, new AbortController().signal)]);
	rate.refused(at, ms);
	rate.refused(at, ms / 5);
	const [first, second] = await clock.run(waiting);
	expect(first).toBe(expected);
	// They do not come back at the same moment.
	expect(second).toBeGreaterThan(expected);
});

test.each([
	['whose turn comes too late', undefined, 400, [250, NaN, 750]],
	['that cannot wait for a pause', 60_000, 10_000, [60_000, NaN, 60_450]],
])('a request %s is sent away at once, and takes no turn', async (_, pauseMs, latest, expected) => {
	const { refuse, clock, turn } = openRate();
	await refuse(pauseMs);
	const [first, late, next] = [turn(), turn(latest), turn()];
	await clock.run(late);
	expect(clock.now()).toBeLessThanOrEqual(1_000);
	expect(await clock.run(Promise.all([first, late, next]))).toEqual(expected);
});

describe('runs that share a rate', () => {
	/** Runs with so many requests each, which all come at once, and the order in which they begin. */
	const crowd = async (...counts: number[]) => {
		const { clock, rate, refuse } = openRate();
		await refuse();
		const order: number[] = [];
		const runs = counts.map((count, run) => {
			const stop = new AbortController();
			const turns = Array.from({ length: count }, async () => {
				if ((await rate.turn(stop.signal)) !== undefined) order.push(run);
			});
			return { stop, turns: Promise.allSettled(turns) };
		});
		const finish = async () => await clock.run(Promise.all(runs.map(({ turns }) => turns)));
		return { clock, order, runs, finish };
	};

	test('take turns: one task waits behind one request of a batch of 1,000', async () => {
		const { order, finish } = await crowd(1_000, 3, 1);
		await finish();
		expect(order.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 0]);
		expect(order).toHaveLength(1_004);
	});

	test('are not held up by one that is stopped: its requests take no turn', async () => {
		const { clock, order, runs, finish } = await crowd(5, 5);
		runs[0]?.stop.abort(new Error('stopped'));
		const [stopped] = await finish();
		expect(stopped).toMatchObject([{ reason: new Error('stopped') }, {}, {}, {}, {}]);
		expect(order).toEqual([1, 1, 1, 1, 1]);
		expect(clock.now()).toBe(250 + 4 * 500);
	});
});

describe('the rate of an API', () => {
	const url = 'https://api.example.com/a';
	const { clock, sleep } = openRate();
	const of = (token: string, address = url) => sharedRate(address, token, clock);
	const use = async (rate: RequestRate) => (await clock.run(rate.turn(never))) ?? NaN;

	test('is shared by all runs with its address and token, and by no other', async () => {
		expect(of('one')).toBe(of('one'));
		of('one').refused(await use(of('one')), 5_000);
		const from = clock.now();
		expect(await use(of('two'))).toBe(from);
		expect(await use(of('one', `${url}b`))).toBe(from);
		expect(await use(of('one'))).toBe(from + 5_000);
	});

	test('is kept, with a pause of a day, for ten minutes after its last request', async () => {
		const rate = of('kept');
		for (let minute = 0; minute < 3; minute++) {
			await sleep(540_000);
			expect(of('kept')).toBe(rate);
			await use(rate);
		}
		rate.refused(await use(rate), 86_400_000);
		await sleep(300_000);
		expect(of('kept').pausedUntil).toBeGreaterThan(clock.now());
		await sleep(300_000);
		expect(of('kept').pausedUntil).toBe(0);
	});
});

test('whatever comes, in any order, and however the clock jumps, the next requests go soon after the pause', async () => {
	const event = fc.record({
		afterMs: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(100_000), fc.nat(1e9)),
		is429: fc.boolean(),
		retryAfterMs: fc.oneof(fc.constant(0), fc.nat(1e9)),
		chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
		which: fc.nat(20),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
			const { clock, rate, ask, sleep } = openRate();
			const begun = await ask(3);
			for (const { afterMs, is429, retryAfterMs, chance, which } of events) {
				await sleep(afterMs);
				const at = begun[which % begun.length] ?? NaN;
				if (is429) rate.refused(at, retryAfterMs, chance);
				else rate.replied(at);
				await sleep(Math.max(0, rate.pausedUntil - clock.now()));
				const from = clock.now();
				begun.push(...(await ask(2)));
				expect(clock.now() - from).toBeLessThanOrEqual(32_000 + 2_000);
			}
		}),
		{ numRuns: 100, seed: 33 },
	);
});

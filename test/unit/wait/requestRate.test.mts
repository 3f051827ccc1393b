import { RequestRate, sharedRate } from '../../../nodes/InstaSd/wait/requestRate';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

/** A rate in virtual time, and the moments in which the requests of a run begin. */
function openRate() {
	const clock = createVirtualClock();
	const stop = new AbortController();
	const rate = new RequestRate(clock);
	const turn = async (latest?: number) => await rate.turn(stop.signal, latest);
	const ask = async (count: number, latest?: number) =>
		await clock.run(Promise.all(Array.from({ length: count }, async () => await turn(latest))));
	const sleep = async (ms: number) =>
		await clock.run(clock.sleep(ms, new AbortController().signal));
	return { clock, stop, rate, turn, ask, sleep };
}

const within = (begun: ReadonlyArray<number | undefined>, from: number, to: number) =>
	begun.filter((at = -1) => at >= from && at < to).length;

test('a few requests go out at once', async () => {
	const { ask } = openRate();
	expect(await ask(15)).toEqual(Array.from({ length: 15 }, () => 0));
});

test('however many there are, about 380 go out a second, in the order in which they came', async () => {
	const { ask } = openRate();
	const begun = await ask(2_000);
	for (const second of [0, 1, 2, 3]) {
		const count = within(begun, second * 1000, second * 1000 + 1000);
		expect(count).toBeGreaterThan(350);
		expect(count).toBeLessThanOrEqual(400);
	}
	expect(begun).toEqual(begun.toSorted((one = 0, other = 0) => one - other));
});

test('a 429 slows down the requests of all runs', async () => {
	const { ask, rate, clock } = openRate();
	await ask(400);
	const [at = NaN] = await ask(1);
	rate.refused(at);
	const [probe = NaN] = await ask(1);
	expect(probe - at).toBeGreaterThanOrEqual(250);
	rate.answered(probe);
	const from = clock.now();
	const begun = await ask(400);
	expect(within(begun, from, from + 1000)).toBeGreaterThan(0.6 * 380);
	expect(within(begun, from, from + 1000)).toBeLessThanOrEqual(0.8 * 380);
});

test('while a service answers 429, requests go one at a time, less and less often, but about twice a minute', async () => {
	const { rate, turn, clock, sleep } = openRate();
	const tripMs = 50;
	const moments: number[] = [];
	for (let task = 0; task < 60; task++) {
		void turn().then(async (at = NaN) => {
			moments.push(at);
			await clock.sleep(tripMs, new AbortController().signal);
			rate.refused(at);
		});
	}
	await sleep(90_000);
	const beforeAnyReply = within(moments, 0, tripMs + 1);
	expect(beforeAnyReply).toBeLessThanOrEqual(40);
	const later = moments.slice(beforeAnyReply);
	const pauses = later.slice(1).map((at, index) => at - (later[index] ?? NaN) - tripMs);
	const seconds = [0.5, 1, 2, 4, 8, 16, 16, 16, 16];
	expect(pauses).toEqual(seconds.map((one) => expect.closeTo(one * 1000, 3)));
});

test('a run that is stopped when its request was to show whether the service takes requests again holds up no other', async () => {
	const { ask, rate, clock, sleep } = openRate();
	for (let refusal = 0; refusal < 9; refusal++) rate.refused((await ask(1))[0] ?? NaN);
	await sleep(60_000);
	const from = clock.now();
	const [, next = NaN] = await ask(2);
	expect(next - from).toBeLessThanOrEqual(500);
});

test('a pause that the service asks for is kept by all, and a shorter one does not cut it short', async () => {
	const { ask, rate, clock, turn } = openRate();
	const [at = NaN] = await ask(1);
	rate.refused(at);
	const waiting = Promise.all([turn(), turn()]);
	rate.refused(at, 5_000);
	rate.refused(at, 1_000);
	const [first = NaN, second = NaN] = await clock.run(waiting);
	expect(first).toBeGreaterThanOrEqual(5_000);
	// They do not come back at the same moment.
	expect(second).toBeGreaterThan(first);
});

test('a request whose turn comes too late is sent away, and takes no turn', async () => {
	const { ask, rate, clock, turn } = openRate();
	const [at = NaN] = await ask(1);
	rate.refused(at);
	const [first, late, next] = await clock.run(Promise.all([turn(), turn(400), turn()]));
	expect([first, late, next]).toEqual([250, undefined, 750]);
});

test('a pause that is longer than a request can wait sends it away at once', async () => {
	const { ask, rate, clock, turn } = openRate();
	const [at = NaN] = await ask(1);
	rate.refused(at);
	const waiting = [turn(10_000)];
	rate.refused(at, 60_000);
	waiting.push(turn(10_000));
	expect(await clock.run(Promise.all(waiting))).toEqual([undefined, undefined]);
	expect(clock.now()).toBeLessThanOrEqual(1_000);
});

test('the end of the run ends the wait, and no request follows it', async () => {
	const { ask, rate, stop, turn } = openRate();
	const [at = NaN] = await ask(1);
	rate.refused(at, 60_000);
	const waiting = turn();
	stop.abort(new Error('stopped'));
	await expect(waiting).rejects.toThrow('stopped');
	await expect(turn()).rejects.toThrow('stopped');
});

describe('runs that share a rate', () => {
	/** Two runs, and the order in which their requests begin when all come at once. */
	const crowd = async (...counts: number[]) => {
		const { clock, rate } = openRate();
		const [first = NaN] = [await clock.run(rate.turn(new AbortController().signal))];
		rate.refused(first);
		const order: number[] = [];
		const runs = counts.map((count, run) => {
			const stop = new AbortController();
			const turns = Array.from({ length: count }, async () => {
				if ((await rate.turn(stop.signal)) !== undefined) order.push(run);
			});
			return { stop, turns: Promise.allSettled(turns) };
		});
		return { clock, order, runs };
	};

	test('take turns: a few requests wait behind at most one of each other run', async () => {
		const { clock, order, runs } = await crowd(20, 3, 1);
		await clock.run(Promise.all(runs.map(({ turns }) => turns)));
		expect(order.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 0]);
		expect(order).toHaveLength(24);
	});

	test('are not held up by one that is stopped, in any order', async () => {
		const { clock, order, runs } = await crowd(5, 5);
		runs[0]?.stop.abort(new Error('stopped'));
		await clock.run(Promise.all(runs.map(({ turns }) => turns)));
		expect(order).toEqual([1, 1, 1, 1, 1]);
		expect(clock.now()).toBe(250 + 4 * 500);
	});
});

describe('the rate of an API', () => {
	const url = 'https://api.example.com/a';
	const { clock, sleep } = openRate();
	const of = (token: string, address = url) => sharedRate(address, token, clock);
	const use = async (rate: RequestRate) => await clock.run(rate.turn(new AbortController().signal));

	test('is shared by all runs with its address and token, and by no other', () => {
		expect(of('one')).toBe(of('one'));
		expect(of('two')).not.toBe(of('one'));
		expect(of('one', `${url}b`)).not.toBe(of('one'));
	});

	test('is kept for ten minutes after its last request', async () => {
		const rate = of('kept');
		for (let minute = 0; minute < 3; minute++) {
			await sleep(540_000);
			expect(of('kept')).toBe(rate);
			await use(rate);
		}
		await sleep(600_000);
		expect(of('kept')).not.toBe(rate);
	});

	test('keeps a pause that the service has asked for beyond its run, and no longer than that', async () => {
		const rate = of('paused');
		rate.refused((await use(rate)) ?? NaN, 86_400_000);
		await sleep(300_000);
		expect(of('paused').pausedUntil).toBeGreaterThan(clock.now());
		await sleep(300_000);
		expect(of('paused').pausedUntil).toBe(0);
	});

	test('goes when a hundred others were used since', () => {
		const rate = of('old');
		for (let other = 0; other < 100; other++) of(`other ${other}`);
		expect(of('old')).not.toBe(rate);
		expect(of('other 99')).toBe(of('other 99'));
	});
});

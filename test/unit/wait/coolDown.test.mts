import type { Clock } from '../../../nodes/InstaSd/api/clock.ts';
import { createCoolDown } from '../../../nodes/InstaSd/wait/coolDown.ts';

/** A clock that is moved by sleeping, and by the test. */
function fakeClock() {
	const sleeps: number[] = [];
	let now = 1_000_000;
	let whileSleeping = () => {};
	const clock: Clock = {
		now: () => now,
		sleep: async (ms, signal) => {
			signal.throwIfAborted();
			sleeps.push(ms);
			whileSleeping();
			signal.throwIfAborted();
			now += ms;
		},
	};
	return {
		clock,
		sleeps,
		advance: (ms: number) => {
			now += ms;
		},
		whileSleeping: (act: () => void) => {
			whileSleeping = () => {
				whileSleeping = () => {};
				act();
			};
		},
	};
}
const never = new AbortController().signal;

test('without a pause, calls go on at once', async () => {
	const { clock, sleeps } = fakeClock();
	await createCoolDown(clock).over(never);
	expect(sleeps).toEqual([]);
});

test('every call waits for the rest of the pause', async () => {
	const { clock, sleeps, advance } = fakeClock();
	const coolDown = createCoolDown(clock);
	coolDown.begin(5000);
	advance(2000);
	await coolDown.over(never);
	expect(sleeps).toEqual([3000]);
	await coolDown.over(never);
	expect(sleeps).toEqual([3000]);
});

test('a shorter pause never cuts a longer one short', async () => {
	const { clock, sleeps } = fakeClock();
	const coolDown = createCoolDown(clock);
	coolDown.begin(5000);
	coolDown.begin(1000);
	await coolDown.over(never);
	expect(sleeps).toEqual([5000]);
});

test('a pause that is prolonged while calls wait for it holds them back for longer', async () => {
	const { clock, sleeps, whileSleeping } = fakeClock();
	const coolDown = createCoolDown(clock);
	coolDown.begin(1000);
	whileSleeping(() => coolDown.begin(4000));
	await coolDown.over(never);
	expect(sleeps).toEqual([1000, 3000]);
});

test('a pause that is over holds up nobody', async () => {
	const { clock, sleeps, advance } = fakeClock();
	const coolDown = createCoolDown(clock);
	coolDown.begin(1000);
	advance(1000);
	await coolDown.over(never);
	coolDown.begin(0);
	await coolDown.over(never);
	expect(sleeps).toEqual([]);
});

test('stopping ends the wait, and no call follows it', async () => {
	const { clock, whileSleeping } = fakeClock();
	const coolDown = createCoolDown(clock);
	const controller = new AbortController();
	coolDown.begin(60_000);
	whileSleeping(() => controller.abort(new Error('stopped')));
	await expect(coolDown.over(controller.signal)).rejects.toThrow('stopped');
	await expect(createCoolDown(clock).over(controller.signal)).rejects.toThrow('stopped');
});

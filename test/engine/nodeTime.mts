import { onAbort, systemClock } from '../../nodes/InstaSd/api/clock.ts';
import { limits } from '../../nodes/InstaSd/api/limits.ts';
import type { Emulator } from '../../sandbox/emulator/server.mts';
import { startSkippedTime, type SkippedTime } from './skippedTime.mts';
import { ended } from './until.mts';

/**
 * The node's time in a test. It stands still while the node, n8n or the service work, however long that takes on a busy
 * machine, and jumps to the next moment that is waited for when nothing moves. So an hour takes a moment, a limit is
 * never reached because something was slow, and what happens when is the same in every run. A call that the service
 * meets with silence reaches its timeout in this time, too; one that drips does not.
 *
 * Whatever a test changes here is as before when the test is over.
 */
export interface NodeTime {
	/** Milliseconds since 1970. An emulator that is to keep the same time is given this. */
	now(): number;
	/** The service whose silence is to be recognised. */
	watch(emulator: Pick<Emulator, 'requests'>): void;
	/**
	 * The service has forgotten everything: what is still open holds up nothing any more, and so much time has passed that
	 * the node has forgotten how fast that service answers.
	 */
	beginAnew(): void;
	/** Resolves when `ms` have passed for the node, and everything due until then has happened. */
	sleep(ms: number): Promise<void>;
	/** Resolves when nothing moves any more: the node sleeps, or waits for a reply that does not come. */
	untilQuiet(): Promise<void>;
	/** No time passes until `goOn`: what sleeps then does not wake. */
	standStill(): void;
	goOn(): void;
	/** Sets a limit, in ms; Infinity for none. A limit of a call is one on the wall clock, where its reply drips. */
	limit(name: Limit, ms: number): void;
	/** All chance comes out as this, at least 0 and less than 1. */
	fixChance(value: number): void;
	/** Does something at the end of each sleep of the node, before the node goes on; instead of what was said before. */
	afterEachSleep(action: () => Promise<void>): void;
}

/** Clock and limits of the node; only this file knows where they are. */
export { limits, systemClock };

export type Limit = Exclude<keyof typeof limits, 'fileBytes' | 'requestBytes' | 'reply'>;

/** More than the ten minutes for which the node keeps the rate of requests to a service. */
const rateIsKeptMs = 600_001;

/** Gives the tests of this file, or of this `describe`, the node's time. To be called before other hooks are set. */
export function useNodeTime(): NodeTime {
	let skipped: SkippedTime | undefined;
	const time = () => {
		if (skipped === undefined) throw new Error('The time has not begun, or is over');
		return skipped;
	};
	const { now, date, sleep } = systemClock;
	const restore: Array<() => void> = [];
	let afterSleep = async () => {};

	beforeAll(() => {
		const started = startSkippedTime();
		skipped = started;
		systemClock.now = started.now;
		systemClock.date = started.now;
		systemClock.sleep = async (ms, signal) => {
			signal.throwIfAborted();
			if (ms <= 0) return await new Promise((resolve) => setImmediate(resolve));
			await new Promise<void>((resolve, reject) => {
				const wake = () => {
					forget();
					resolve();
				};
				const stayAsleep = started.after(ms, wake);
				const forget = onAbort(signal, () => {
					stayAsleep();
					forget();
					reject(signal.reason);
				});
			});
			await started.during(afterSleep);
		};
	});
	const restoreAll = () => {
		for (const one of restore.splice(0).reverse()) one();
		afterSleep = async () => {};
		skipped?.standStill(false);
	};
	afterEach(restoreAll);
	afterAll(() => {
		restoreAll();
		Object.assign(systemClock, { now, date, sleep });
		skipped?.stop();
	});

	return {
		now: () => time().now(),
		watch: (emulator) => time().requests.watch(emulator.requests),
		beginAnew: () => {
			time().requests.forget();
			time().skip(rateIsKeptMs);
		},
		sleep: async (ms) => await new Promise((resolve) => time().after(ms, resolve)),
		untilQuiet: async () => await ended('the moment when nothing moves', time().untilQuiet()),
		standStill: () => time().standStill(true),
		goOn: () => time().standStill(false),
		limit: (name, ms) => {
			const replaced = jest.replaceProperty(limits, name, ms);
			restore.push(() => replaced.restore());
		},
		fixChance: (value) => {
			const chance = jest.spyOn(Math, 'random').mockReturnValue(value);
			restore.push(() => chance.mockRestore());
		},
		afterEachSleep: (action) => {
			afterSleep = action;
		},
	};
}

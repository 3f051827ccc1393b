import { watchInflating } from './inflating.mts';
import { watchRequests, type OpenRequests } from './openRequests.mts';

/** Time that stands still while anything moves, and then jumps to the next moment that somebody waits for. */
export interface SkippedTime {
	readonly requests: OpenRequests;
	/** Milliseconds since 1970. */
	now(): number;
	/** Acts after `ms`, unless the returned function is called before. */
	after(ms: number, act: () => void): () => void;
	/** While this work is done, something moves. */
	during(work: () => Promise<void>): Promise<void>;
	/** Resolves when nothing moves: everything sleeps, or waits for a reply that does not come. */
	untilQuiet(): Promise<void>;
	/** From now on no time passes, or it passes again. */
	standStill(isStill: boolean): void;
	/** Lets `ms` pass at once. */
	skip(ms: number): void;
	/** Nobody wakes any more. */
	stop(): void;
}

interface Sleeper {
	readonly wakesAt: number;
	readonly wake: () => void;
}

/**
 * Nothing moves when a number of rounds of the event loop have brought nothing. A round has no length: a busy machine only
 * makes it longer.
 */
const quietRounds = 10;

/** So much of what the process waits for are files and host names; timers and listening servers do not count. */
const work = /^(FSReq|GetAddrInfo)/;

const nextRound = async () => await new Promise((resolve) => setImmediate(resolve));
/** Leaves the processor to others while a reply is awaited. */
const breath = async () => await new Promise((resolve) => setTimeout(resolve, 1));

/** Starts a time that is now, and then goes its own way. */
export function startSkippedTime(): SkippedTime {
	let now = Date.now();
	let changes = 0;
	let worksUnderWay = 0;
	let isStill = false;
	let isStopped = false;
	let isPassing = false;
	const sleepers = new Set<Sleeper>();
	const changed = () => {
		changes += 1;
		void pass();
	};
	const requests = watchRequests(() => now, changed);
	const inflating = watchInflating();

	const untilQuiet = async () => {
		for (let rounds = 0; rounds < quietRounds && !isStopped; ) {
			const before = changes;
			await (requests.areMoving() ? breath() : nextRound());
			const isQuiet =
				before === changes &&
				worksUnderWay === 0 &&
				!requests.areMoving() &&
				!inflating.isUnderWay() &&
				!process.getActiveResourcesInfo().some((name) => work.test(name));
			rounds = isQuiet ? rounds + 1 : 0;
		}
	};
	const jump = () => {
		const timeouts = requests.timeouts();
		const moments = [
			...[...sleepers].map(({ wakesAt }) => wakesAt),
			...timeouts.map(({ at }) => at),
		];
		const next = Math.min(...moments);
		if (isStill || next === Infinity) return false;
		now = Math.max(now, next);
		changes += 1;
		for (const { at, end } of timeouts) if (at <= now) end();
		for (const sleeper of sleepers) {
			if (sleeper.wakesAt > now) continue;
			sleepers.delete(sleeper);
			sleeper.wake();
		}
		return true;
	};
	/** Goes on for as long as there is something to wait for. */
	const pass = async () => {
		if (isPassing) return;
		isPassing = true;
		while (!isStopped && sleepers.size + requests.count() > 0) {
			await untilQuiet();
			if (!jump()) await breath();
		}
		isPassing = false;
	};

	return {
		requests,
		now: () => now,
		after: (ms, act) => {
			// Timers know no parts of a millisecond.
			const sleeper = { wakesAt: now + Math.ceil(ms), wake: act };
			sleepers.add(sleeper);
			changed();
			return () => sleepers.delete(sleeper);
		},
		during: async (work) => {
			worksUnderWay += 1;
			await work().finally(() => {
				worksUnderWay -= 1;
			});
		},
		untilQuiet,
		standStill: (still) => {
			isStill = still;
		},
		skip: (ms) => {
			now += ms;
		},
		stop: () => {
			isStopped = true;
			requests.stop();
			inflating.stop();
		},
	};
}

import { createHash } from 'node:crypto';

import { type Clock, untilAborted } from '../api/clock';
import { backoffMs } from '../api/retryRules';

/** Bounds in requests per second: what one n8n can send next to its other work, and the slowest rate. */
const fastest = 380;
const slowest = 0.5;
/** Requests missed in this many ms may be sent at once: timers are not exact. */
const burstMs = 50;
/** How often, in ms, requests that can no longer start in time are turned away. */
const checkMs = 250;
/** The turns go on whichever run ends. */
const neverAborted = new AbortController().signal;
/** While refused, requests go one at a time, this many ms apart: without, 3 minutes off cost a batch 58 × 429, not 18. */
const probeMs = 500;

/** How many requests a service seems to take, and after how many ms as many go out again. */
export interface Limit {
	perSecond: number;
	regainedMs: number;
}

/** The limit of a service that took `inLastSecond` requests before it refused some; `allowed` is the rate of then. */
export function limitOf(inLastSecond: number, allowed: number): Limit {
	// The service may have refused everything: without the sixth, 60 tasks after 2 s of that take 31 × the ideal, not 2.5.
	const perSecond = Math.max(slowest, Math.min(allowed, Math.max(inLastSecond, allowed / 6)));
	return { perSecond, regainedMs: Math.max(4_000, 10_000 / perSecond) };
}

/**
 * The limit of a service that took some requests in a period, at most two minutes, and refused all for most of it: a quota,
 * to be spread over the period. Without, 60 tasks, 5 at once, with 60 requests a minute take 7.3 × the ideal, not 4.3.
 */
export function quotaOf(taken: number, refusedMs: number, periodMs: number): Limit | undefined {
	if (refusedMs <= Math.max(4_000, periodMs / 2) || periodMs > 120_000) return undefined;
	return { perSecond: Math.max(slowest, (1000 * taken) / periodMs), regainedMs: periodMs / 2 };
}

/**
 * How many requests a second there may be, so many ms after a service takes some again: four fifths of the limit, soon
 * almost all of it, then ever more, because it may be gone: TCP's CUBIC. With one step up instead of this curve, 300 tasks at
 * 10 requests a second get 110 × 429, not 46.
 */
export function allowedPerSecond({ perSecond, regainedMs }: Limit, sinceMs: number): number {
	const share = 1 + 0.2 * (sinceMs / regainedMs - 1) ** 3;
	return Math.min(fastest, Math.max(slowest, share * perSecond));
}

/**
 * Limits the requests to one API, of both kinds, to what n8n can handle and the service allows. All runs of this process
 * share it and take turns: a webhook waits behind at most one request of each other run.
 */
export class RequestRate {
	/** Found when the service last took requests again after 429s; when that was, and how many it took since. */
	private limit: Limit | undefined;
	private acceptedAt = -Infinity;
	private taken = 0;
	/** When the replies of the last second came that were no 429. */
	private readonly lastTaken: number[] = [];
	/** The 429s in a row, and the limit as it seemed at the first; undefined when the service takes requests. */
	private refusals: { times: number; firstAt: number; limit: Limit } | undefined;
	/** When the last 429 came. A reply to an older request says nothing new. */
	private refusedAt = -Infinity;
	private freeAt = -Infinity;
	private isServing = false;
	/** By the signal of their run, whose turn is next first. One that would start later than `latest` goes without a start. */
	private readonly waiting = new Map<
		AbortSignal,
		Array<{ latest: number; go: (startedAt?: number) => void }>
	>();
	/** No request starts before this moment, on the clock: the service asked for it. */
	pausedUntil = 0;
	/** When the last request started, on the clock. */
	usedAt: number;

	constructor(private readonly clock: Clock) {
		this.usedAt = clock.now();
	}

	/**
	 * Waits for a request's turn.
	 * @param run aborted when the run ends
	 * @param latest the latest useful start, on the clock
	 * @returns when the request starts, on the clock; undefined if that would be too late
	 * @throws the signal's reason when the run is aborted
	 */
	async turn(run: AbortSignal, latest = Infinity): Promise<number | undefined> {
		run.throwIfAborted();
		if (this.waiting.size === 0 && this.restMs() <= 0) return this.begin();
		const queue = this.waiting.get(run) ?? [];
		this.waiting.set(run, queue);
		const turn = new Promise<number | undefined>((go) => queue.push({ latest, go }));
		if (!this.isServing) void this.serve();
		try {
			return await untilAborted(run, turn);
		} finally {
			if (run.aborted) this.waiting.delete(run);
		}
	}

	/** Reports a reply other than 429 to the request that started at `startedAt`. */
	replied(startedAt: number): void {
		if (startedAt <= this.refusedAt) return;
		const now = this.clock.now();
		if (this.refusals !== undefined) {
			const { firstAt, limit } = this.refusals;
			const found = quotaOf(this.taken, now - firstAt, now - this.acceptedAt) ?? limit;
			// If none waits, the rate was not too fast: limited, a batch after three such 429s takes 3.7 × the ideal, not 1.12.
			this.limit = this.waiting.size > 0 ? found : undefined;
			this.acceptedAt = now;
			this.taken = 0;
			this.refusals = undefined;
			// The next at once: without, 1,500 tasks at 100 requests a second take 1.36 × the ideal, not 1.27.
			this.freeAt = Math.min(this.freeAt, now + this.gapMs());
		}
		this.taken += 1;
		this.lastTaken.push(now);
		while ((this.lastTaken[0] ?? now) <= now - 1000) this.lastTaken.shift();
	}

	/** Reports a 429: a pause of up to half a minute, or as the service asks. `chance` from 0 up to 1 keeps processes apart. */
	refused(startedAt: number, retryAfterMs = 0, chance = 0): void {
		const now = this.clock.now();
		this.pausedUntil = Math.max(this.pausedUntil, now + retryAfterMs);
		if (startedAt <= this.refusedAt) return;
		const inLastSecond = this.lastTaken.filter((at) => at > now - 1000).length;
		this.refusals ??= { times: 0, firstAt: now, limit: limitOf(inLastSecond, this.perSecond()) };
		this.refusals.times += 1;
		this.refusedAt = now;
		const pauseMs = backoffMs(Math.min(this.refusals.times, 7), () => chance);
		this.freeAt = Math.max(this.freeAt, now + pauseMs);
	}

	private perSecond(): number {
		return this.limit ? allowedPerSecond(this.limit, this.clock.now() - this.acceptedAt) : fastest;
	}

	/** How long in ms after the start of a request the next may start. */
	private gapMs(): number {
		if (this.refusals === undefined) return 1000 / this.perSecond();
		return Math.max(probeMs, 1000 / this.refusals.limit.perSecond);
	}

	private async serve(): Promise<void> {
		this.isServing = true;
		while (this.waiting.size > 0) {
			this.sendLateAway();
			const restMs = this.restMs();
			if (restMs > 0) {
				await this.clock.sleep(Math.min(restMs, checkMs), neverAborted);
				continue;
			}
			const [first] = this.waiting;
			if (first === undefined) break;
			const [run, [next, ...others]] = first;
			this.waiting.delete(run);
			if (others.length > 0) this.waiting.set(run, others);
			next?.go(this.begin());
		}
		this.isServing = false;
	}

	private sendLateAway(): void {
		const earliest = Math.max(this.clock.now(), this.pausedUntil);
		for (const [run, queue] of this.waiting) {
			const inTime = queue.filter(({ latest }) => latest >= earliest);
			for (const { latest, go } of queue) if (latest < earliest) go();
			if (inTime.length > 0) this.waiting.set(run, inTime);
			else this.waiting.delete(run);
		}
	}

	/** How long in ms until the next request may start. */
	private restMs(): number {
		return Math.max(this.freeAt, this.pausedUntil) - this.clock.now();
	}

	private begin(): number {
		const now = this.clock.now();
		this.usedAt = now;
		this.freeAt = Math.max(this.freeAt, now - burstMs) + this.gapMs();
		return now;
	}
}

/** How long in ms a rate is kept after its last request: it outlives its runs. */
const keptMs = 600_000;
/** By API: its address and a hash of its token. */
const rates = new Map<string, RequestRate>();

/** The request rate of an API, which all runs of this process share. */
export function sharedRate(baseUrl: string, token: string, clock: Clock): RequestRate {
	const api = `${baseUrl} ${createHash('sha256').update(token).digest('base64url')}`;
	const expired = clock.now() - keptMs;
	for (const [other, { usedAt }] of rates) if (usedAt <= expired) rates.delete(other);
	const rate = rates.get(api) ?? new RequestRate(clock);
	rates.set(api, rate);
	return rate;
}

/** Until when a run's submits are retried while the service replies 429. An accepted one restarts the time for all. */
export class SubmitDeadline {
	private refusedAt: number | undefined;

	constructor(private readonly clock: Clock) {}

	accepted(): void {
		this.refusedAt = undefined;
	}

	refused(): void {
		this.refusedAt ??= this.clock.now();
	}

	/** The deadline on the clock, for a timeout in ms. */
	after(timeoutMs: number): number {
		return (this.refusedAt ?? this.clock.now()) + timeoutMs;
	}
}

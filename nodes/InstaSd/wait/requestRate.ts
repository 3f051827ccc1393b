import { createHash } from 'node:crypto';

import { type Clock, untilAborted } from '../api/clock';
import { after429, afterReply, gapMs, unlimited } from './allowedRate';

/** Requests missed in this many ms may be sent at once: timers are not exact. */
const burstMs = 50;
/** How often, in ms, requests that can no longer start in time are turned away. */
const checkMs = 250;

interface Waiter {
	latest: number;
	/** @param begunAt undefined if the turn comes too late */
	go(begunAt: number | undefined): void;
}

/** The turns go on whichever run ends. */
const neverAborted = new AbortController().signal;

/**
 * Limits the requests to one API to what n8n can handle and the service allows. All runs of this process share it: they
 * take turns, so that a webhook waits behind at most one request of each other run, and the requests of a run are first
 * come, first served. {@link after429} and {@link afterReply} decide how many a second there may be.
 */
export class RequestRate {
	private allowed = unlimited;
	private freeAt = -Infinity;
	private isServing = false;
	/** By the signal of their run; the run whose turn is next comes first. */
	private readonly waiting = new Map<AbortSignal, Waiter[]>();
	/** When the requests of the last second started. */
	private readonly begun: number[] = [];

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

	/** Reports a reply other than 429 to the request that started at `begunAt`. */
	answered(begunAt: number): void {
		const now = this.clock.now();
		const wasRefused = this.allowed.refused.times > 0;
		this.allowed = afterReply(this.allowed, { begunAt, now });
		const isTakenAgain = wasRefused && this.allowed.refused.times === 0;
		if (isTakenAgain) this.freeAt = Math.min(this.freeAt, now + gapMs(this.allowed));
	}

	/**
	 * Reports a 429 to the request that started at `begunAt`.
	 * @param retryAfterMs how long the service asks to wait
	 * @param chance jitter from 0 up to 1, so that processes do not come back together
	 */
	refused(begunAt: number, retryAfterMs = 0, chance = 0): void {
		const now = this.clock.now();
		this.pausedUntil = Math.max(this.pausedUntil, now + retryAfterMs);
		this.allowed = after429(this.allowed, {
			...{ begunAt, now, retryAfterMs, chance },
			sent: this.begun,
			areWaiting: this.waiting.size > 0,
		});
		this.freeAt = Math.max(this.freeAt, this.allowed.refused.until);
	}

	/** Gives each waiting request its turn. */
	private async serve(): Promise<void> {
		this.isServing = true;
		while (this.waiting.size > 0) {
			this.sendLateAway();
			const rest = this.restMs();
			if (rest > 0) {
				await this.clock.sleep(Math.min(rest, checkMs), neverAborted);
				continue;
			}
			const [first] = this.waiting;
			if (first === undefined) break;
			const [run, queue] = first;
			this.waiting.delete(run);
			const next = queue.shift();
			if (queue.length > 0) this.waiting.set(run, queue);
			next?.go(this.begin());
		}
		this.isServing = false;
	}

	private sendLateAway(): void {
		const earliest = Math.max(this.clock.now(), this.pausedUntil);
		for (const [run, queue] of this.waiting) {
			const inTime = queue.filter(({ latest }) => latest >= earliest);
			for (const { latest, go } of queue) if (latest < earliest) go(undefined);
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
		this.freeAt = Math.max(this.freeAt, now - burstMs) + gapMs(this.allowed);
		while ((this.begun[0] ?? now) < now - 1000) this.begun.shift();
		this.begun.push(now);
		return now;
	}
}

/** How long in ms a rate is kept after its last request: what it has learned of the service outlives the run. */
const keptMs = 600_000;
/** The most APIs whose rates are kept. */
const maxApis = 100;

/** By API: its address and a hash of its token. Those used longest ago come first. */
const rates = new Map<string, RequestRate>();

/** The request rate of an API, which all runs of this process share. */
export function sharedRate(baseUrl: string, token: string, clock: Clock): RequestRate {
	const api = `${baseUrl} ${createHash('sha256').update(token).digest('base64url')}`;
	const expired = clock.now() - keptMs;
	for (const [other, { usedAt }] of rates) if (usedAt <= expired) rates.delete(other);
	const rate = rates.get(api) ?? new RequestRate(clock);
	rates.delete(api);
	rates.set(api, rate);
	const [oldest] = rates.keys();
	if (rates.size > maxApis && oldest !== undefined) rates.delete(oldest);
	return rate;
}

/** Until when a run's submits are retried while the service replies 429. An accepted one restarts the time for all. */
export class SubmitDeadline {
	private refusedSince: number | undefined;

	constructor(private readonly clock: Clock) {}

	accepted(): void {
		this.refusedSince = undefined;
	}

	refused(): void {
		this.refusedSince ??= this.clock.now();
	}

	/** The deadline on the clock, for a timeout in ms. */
	after(timeoutMs: number): number {
		return (this.refusedSince ?? this.clock.now()) + timeoutMs;
	}
}

import { type Clock, untilAborted } from '../api/clock';

/** Bounds in requests per second: what one n8n can send next to its other work, and the slowest pace of a run. */
const most = 380;
const least = 1 / 30;
/** By how much each reply raises the rate, in requests per second. */
const recovery = 0.1;
/** Requests missed in this many ms may be sent at once: timers are not exact. */
const catchUp = 50;
/** How often, in ms, requests that can no longer start in time are turned away. */
const checkEvery = 250;

interface Waiter {
	latest: number;
	/** @param begunAt undefined if the turn comes too late */
	go(begunAt: number | undefined): void;
}

/**
 * Limits the request rate of a run to what n8n can handle and the service allows; first come, first served. A 429 halves
 * the rate, other replies raise it again (additive increase, multiplicative decrease).
 */
export class RequestRate {
	private perSecond = most;
	private freeAt = -Infinity;
	private slowedAt = -Infinity;
	private isServing = false;
	private readonly waiting = new Set<Waiter>();
	/** When the requests of the last second started. */
	private readonly begun: number[] = [];

	/** No request starts before this moment, on the clock: the service asked for it. */
	pausedUntil = 0;

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/**
	 * Waits for a request's turn.
	 * @param latest the latest useful start, on the clock
	 * @returns when the request starts, on the clock; undefined if that would be too late
	 * @throws the signal's reason when the run is aborted
	 */
	async turn(latest = Infinity): Promise<number | undefined> {
		this.signal.throwIfAborted();
		if (this.waiting.size === 0 && this.restMs() <= 0) return this.begin();
		const turn = new Promise<number | undefined>((go) => this.waiting.add({ latest, go }));
		if (!this.isServing) void this.serve().catch(() => {});
		return await untilAborted(this.signal, turn);
	}

	/** Reports a reply other than 429. */
	answered(): void {
		this.perSecond = Math.min(most, this.perSecond + recovery);
	}

	/**
	 * Reports a 429.
	 * @param begunAt when the request started: one sent before the run last slowed down says nothing new
	 * @param retryAfterMs how long the service asks to wait
	 * @param chance jitter from 0 up to 1: shortens a pause of seconds, so that runs do not come back together
	 */
	refused(begunAt: number, retryAfterMs = 0, chance = 0): void {
		const now = this.clock.now();
		this.pausedUntil = Math.max(this.pausedUntil, now + retryAfterMs);
		if (begunAt <= this.slowedAt) return;
		this.slowedAt = now;
		this.forgetBefore(now - 1000);
		this.perSecond = Math.max(least, Math.min(this.perSecond, this.begun.length) / 2);
		const pauseMs = 1000 / this.perSecond;
		this.freeAt = now + pauseMs - (chance / 2) * Math.max(0, pauseMs - 1000);
	}

	/** Gives each waiting request its turn. */
	private async serve(): Promise<void> {
		this.isServing = true;
		while (this.waiting.size > 0) {
			this.sendLateAway();
			const rest = this.restMs();
			if (rest > 0) {
				await this.clock.sleep(Math.min(rest, checkEvery), this.signal);
				continue;
			}
			for (const next of this.waiting) {
				this.waiting.delete(next);
				next.go(this.begin());
				break;
			}
		}
		this.isServing = false;
	}

	private sendLateAway(): void {
		const earliest = Math.max(this.clock.now(), this.pausedUntil);
		for (const waiter of this.waiting) {
			if (waiter.latest >= earliest) continue;
			this.waiting.delete(waiter);
			waiter.go(undefined);
		}
	}

	/** How long in ms until the next request may start. */
	private restMs(): number {
		return Math.max(this.freeAt, this.pausedUntil) - this.clock.now();
	}

	private begin(): number {
		const now = this.clock.now();
		this.freeAt = Math.max(this.freeAt, now - catchUp) + 1000 / this.perSecond;
		this.forgetBefore(now - 1000);
		this.begun.push(now);
		return now;
	}

	private forgetBefore(moment: number): void {
		const current = this.begun.findIndex((begunAt) => begunAt >= moment);
		this.begun.splice(0, current < 0 ? this.begun.length : current);
	}
}

/**
 * Until when the submits of a run are retried while the service replies 429. An accepted submit restarts the time for
 * all.
 */
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

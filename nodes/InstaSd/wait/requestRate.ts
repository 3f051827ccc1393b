import { type Clock, untilAborted } from '../api/clock';

/** Requests a second: what one n8n can send beside its work, and the least that a run slows down to. */
const most = 380;
const least = 1 / 30;
/** How much faster each answer makes the run again, in requests a second. */
const recovery = 0.1;
/** Requests that were not made for so many ms may be caught up with at once: a timer is not exact. */
const catchUp = 50;
/** How long in ms somebody may be kept waiting beyond the moment in which the turn is too late. */
const checkEvery = 250;

interface Waiter {
	latest: number;
	/** @param begunAt undefined when the turn comes too late */
	go(begunAt: number | undefined): void;
}

/**
 * The requests of a run take turns, in the order in which they come: so many a second as n8n can bear, and as the service
 * allows. A 429 halves the rate of the whole run, answers raise it again (additive increase, multiplicative decrease).
 */
export class RequestRate {
	private perSecond = most;
	private freeAt = -Infinity;
	private slowedAt = -Infinity;
	private isServing = false;
	private readonly waiting = new Set<Waiter>();
	/** When the requests of the last second have begun. */
	private readonly begun: number[] = [];

	/** No request before this moment on the clock: the service has asked for it. */
	pausedUntil = 0;

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/**
	 * Waits for a request's turn.
	 * @param latest until when it is of use, on the clock
	 * @returns when the request begins, on the clock; undefined when that would be too late
	 * @throws the reason of the run's end
	 */
	async turn(latest = Infinity): Promise<number | undefined> {
		this.signal.throwIfAborted();
		if (this.waiting.size === 0 && this.restMs() <= 0) return this.begin();
		const turn = new Promise<number | undefined>((go) => this.waiting.add({ latest, go }));
		if (!this.isServing) void this.serve().catch(() => {});
		return await untilAborted(this.signal, turn);
	}

	/** A request was answered, not with 429. */
	answered(): void {
		this.perSecond = Math.min(most, this.perSecond + recovery);
	}

	/**
	 * A request was answered with 429.
	 * @param begunAt its turn: what was sent before the run slowed down says nothing new
	 * @param retryAfterMs how long the service wants no request
	 * @param chance at least 0, less than 1: shortens a pause of seconds, so that runs do not come back together
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

	/** Gives everybody who waits a turn. */
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

	/** How long in ms nobody may begin. */
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
 * Until when the submits of a run are repeated while the service answers them with 429. A submit that is accepted shows
 * that there is room, and the time starts anew for all.
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

	/** The deadline for a timeout in ms, on the clock. */
	after(timeoutMs: number): number {
		return (this.refusedSince ?? this.clock.now()) + timeoutMs;
	}
}

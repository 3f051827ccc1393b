import { backoffMs } from '../api/retryRules';

/** Bounds in requests per second: what one n8n can send next to its other work, and the slowest rate. */
const maxPerSecond = 380;
const minPerSecond = 0.5;
/** What a 429 leaves of the rate, and how long replies take to raise it again: so many seconds, or so many requests. */
const share = 0.7;
const recovery = { ms: 4_000, requests: 10 };
/** What is left at least, in requests per second, when too few were sent to tell what is too fast. */
const restart = 10;
/** So many 429s in a row make the pauses longer, up to half a minute. */
const longerPauses = 7;
/** After so long without a request, in ms, a 429 is no longer one of several in a row. */
const staleMs = 60_000;
/** How long in ms a request after a 429 waits for the reply to the one before. */
const lateReplyMs = 500;
/** The longest period of a quota, in ms, that the requests are spread over. */
const longestPeriodMs = 120_000;

/** How many requests a service allows, as far as its replies have shown. Moments are on the clock, in ms. */
export interface AllowedRate {
	readonly perSecond: number;
	/** A rate that was refused. It limits the requests for so long after the service takes some again. */
	readonly tooFast: { readonly perSecond: number; readonly forMs: number } | undefined;
	/** The 429s in a row: how many, the first, the last, and until when it puts off the next request. */
	readonly refused: {
		readonly times: number;
		readonly since: number;
		readonly last: number;
		readonly until: number;
	};
	/** The other replies since the last 429s: how many, and the first. */
	readonly taken: { readonly times: number; readonly since: number };
}

/** Before the first reply. */
export const unlimited: AllowedRate = {
	perSecond: maxPerSecond,
	tooFast: undefined,
	refused: { times: 0, since: -Infinity, last: -Infinity, until: -Infinity },
	taken: { times: 0, since: -Infinity },
};

interface Answer {
	/** When the request started. */
	begunAt: number;
	now: number;
}

interface Refusal extends Answer {
	/** When the requests of the last second started. */
	sent: readonly number[];
	/** Whether others wait for their turn. */
	areWaiting: boolean;
	/** How long the service asks to wait; 0 if it does not. */
	retryAfterMs: number;
	/** Jitter from 0 up to 1, so that processes do not come back together. */
	chance: number;
}

/**
 * The rate after a 429. The first one leaves {@link share} of the rate that was in use, which counts as too fast; but if
 * nobody had to wait, or less than half of the allowed rate was in use, the rate was not what is too fast (RFC 7661).
 * Further ones in a row only make the pauses longer. A request that started before the last 429 says nothing new.
 */
export function after429(rate: AllowedRate, refusal: Refusal): AllowedRate {
	const { refused } = rate;
	const { begunAt, now, retryAfterMs, chance } = refusal;
	if (begunAt <= refused.last) return rate;
	const isOneMore = refused.times > 0 && begunAt <= refused.until + staleMs;
	const times = isOneMore ? refused.times + 1 : 1;
	const backoff = backoffMs(Math.min(times, longerPauses), () => chance);
	const until = now + Math.max(backoff, retryAfterMs);
	const slowed = isOneMore ? rate : slowedDown(rate, refusal);
	const since = isOneMore ? refused.since : now;
	return { ...slowed, refused: { times, since, last: now, until } };
}

/** How many requests a second there were, at most those that were allowed: within a second, or since the last 429s. */
function inUse({ perSecond, taken }: AllowedRate, { now, sent }: Refusal): number {
	const from = Math.max(now - 1000, taken.since);
	const count = sent.filter((at) => at >= from).length;
	const seconds = Math.max(1, now - from) / 1000;
	return Math.max(minPerSecond, Math.min(perSecond, count / seconds));
}

function slowedDown(rate: AllowedRate, refusal: Refusal): AllowedRate {
	const used = inUse(rate, refusal);
	if (!refusal.areWaiting || used < rate.perSecond / 2) {
		return { ...rate, perSecond: Math.min(rate.perSecond, Math.max(restart, share * used)) };
	}
	const forMs = Math.max(recovery.ms, (1000 * recovery.requests) / used);
	const tooFast = { perSecond: used, forMs };
	return { ...rate, perSecond: Math.max(minPerSecond, share * used), tooFast };
}

/**
 * The rate after any other reply, which raises it: on the curve of CUBIC (RFC 9438), as the adaptive mode of the AWS SDKs,
 * up to what was too fast; when that has been tried again, by 1 a second for each reply (slow start, RFC 5681).
 */
export function afterReply(before: AllowedRate, { begunAt, now }: Answer): AllowedRate {
	if (begunAt <= before.refused.last) return before;
	const rate = before.refused.times > 0 ? resumed(before, now) : before;
	const limit = limitAt(rate, now);
	const raised = Math.min(maxPerSecond, rate.perSecond + 1, limit);
	return {
		...rate,
		perSecond: Math.max(rate.perSecond, raised),
		tooFast: limit === Infinity ? undefined : rate.tooFast,
		taken: { ...rate.taken, times: rate.taken.times + 1 },
	};
}

/** Up to which rate replies raise the rate now; Infinity when what was too fast has been tried again. */
function limitAt({ tooFast, taken }: AllowedRate, now: number): number {
	const elapsedMs = now - taken.since;
	if (tooFast === undefined || elapsedMs >= tooFast.forMs) return Infinity;
	const left = 1 - elapsedMs / tooFast.forMs;
	return tooFast.perSecond * (1 - (1 - share) * left ** 3);
}

/**
 * The first reply after 429s. A service that has refused for most of the time since it last took requests again, and has
 * not taken few, has a quota, such as 60 a minute: for as long, no more go out than it has taken on average.
 */
function resumed(rate: AllowedRate, now: number): AllowedRate {
	const { refused, taken } = rate;
	const next = { ...rate, refused: { ...refused, times: 0 }, taken: { times: 0, since: now } };
	const periodMs = now - taken.since;
	const refusedMs = refused.until - refused.since;
	const hasQuota =
		taken.times >= recovery.requests &&
		periodMs <= longestPeriodMs &&
		refusedMs > Math.max(recovery.ms, periodMs / 2);
	if (!hasQuota) return next;
	const perSecond = Math.max(minPerSecond, (1000 * taken.times) / periodMs);
	const tooFast = { perSecond, forMs: periodMs };
	return { ...next, perSecond: Math.min(rate.perSecond, perSecond), tooFast };
}

/**
 * How long in ms after the start of a request the next may start. After a 429 they go one at a time, until one is taken;
 * a reply that is late, or never comes, because its run was stopped, holds up the others for a moment only.
 */
export function gapMs({ perSecond, refused }: AllowedRate): number {
	const ms = 1000 / perSecond;
	return refused.times === 0 ? ms : Math.max(ms, lateReplyMs);
}

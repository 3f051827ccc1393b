import type { Reply } from '../../../nodes/InstaSd/api/reply.ts';
import { received } from './service.mts';

interface Request {
	call: 'submit' | 'status';
	/** When it arrives, in ms. */
	now: number;
	/** How many tasks are running then. */
	running: () => number;
}

/** The reply to a request that the service does not take; undefined if it takes it. */
export type Limit = (request: Request) => Reply | undefined;

export const tooMany = (retryAfter?: string): Reply =>
	received(undefined, { httpStatus: 429, retryAfter });

export const noLimit: Limit = () => undefined;

/** Takes so many requests within any `windowMs`; what it refuses does not count. */
export function requestsAtMost(
	count: number,
	windowMs = 1000,
	how: 'with Retry-After' | 'without Retry-After' = 'without Retry-After',
): Limit {
	const taken: number[] = [];
	return ({ now }) => {
		while ((taken[0] ?? now) <= now - windowMs) taken.shift();
		const [oldest] = taken;
		if (oldest === undefined || taken.length < count) {
			taken.push(now);
			return undefined;
		}
		const seconds = Math.ceil((oldest + windowMs - now) / 1000);
		return tooMany(how === 'with Retry-After' ? String(seconds) : undefined);
	};
}

/** Takes submits while fewer tasks than this are running, and all questions. */
export function runningAtMost(count: number): Limit {
	return ({ call, running }) => (call === 'submit' && running() >= count ? tooMany() : undefined);
}

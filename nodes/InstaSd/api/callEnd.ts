import type { Clock } from './clock';
import { onAbort } from './onAbort';

/** The code of a call whose time was up, as n8n's own time-out has it. */
export const timedOut = 'ECONNABORTED';
const stopped = 'ERR_CANCELED';
const tooLong = 'TOO_LONG';

/** What can end a call before its reply has been read. */
export interface CallEnd {
	/** Aborted by the first of them; its reason has a `code`. */
	readonly signal: AbortSignal;
	/**
	 * Nobody wants the rest of the reply. A body that is no longer read closes its connection only when the next part of it
	 * comes: newer versions of n8n put a stream of their own around it.
	 */
	giveUp(): void;
	/** The call is over: nothing ends it any more. */
	over(): void;
}

/**
 * Begins to watch for the end of a call. To be told when it is over, or it holds a timer until then.
 * @param ms how long the whole call may take, headers and body
 * @param stop ends it, too; undefined where nothing else may
 */
export function watchForEnd(clock: Clock, ms: number, stop?: AbortSignal): CallEnd {
	const ended = new AbortController();
	const over = new AbortController();
	const end = (code: string) =>
		ended.abort(Object.assign(new Error('The call was ended'), { code }));
	void clock.sleep(ms, over.signal).then(
		() => end(timedOut),
		() => {},
	);
	const forget = stop === undefined ? () => {} : onAbort(stop, () => end(stopped));
	return {
		signal: ended.signal,
		giveUp: () => end(tooLong),
		over: () => {
			over.abort();
			forget();
		},
	};
}

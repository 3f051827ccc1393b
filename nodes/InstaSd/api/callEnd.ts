import type { Clock } from './clock';
import { onAbort } from './onAbort';

/** The code of a call whose time was up, as n8n's own time-out has it. */
export const timedOut = 'ECONNABORTED';
/** The code of a question that was ended by the one who asked it. */
export const endedByCaller = 'ENDED_BY_CALLER';
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
 * @param stop Stop and the workflow's time-out; undefined where they must not end it
 * @param caller ends it for whoever asked
 */
export function watchForEnd(
	clock: Clock,
	ms: number,
	{ stop, caller }: { stop?: AbortSignal | undefined; caller?: AbortSignal | undefined } = {},
): CallEnd {
	const ended = new AbortController();
	const over = new AbortController();
	const end = (code: string) =>
		ended.abort(Object.assign(new Error('The call was ended'), { code }));
	void clock.sleep(ms, over.signal).then(
		() => end(timedOut),
		() => {},
	);
	const forgets = [
		whenAborted(stop, () => end(stopped)),
		whenAborted(caller, () => end(endedByCaller)),
	];
	return {
		signal: ended.signal,
		giveUp: () => end(tooLong),
		over: () => {
			over.abort();
			for (const forget of forgets) forget();
		},
	};
}

/** As {@link onAbort}, for a signal that may be aborted already, or not there. */
function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
	if (signal?.aborted) act();
	return signal === undefined ? () => {} : onAbort(signal, act);
}

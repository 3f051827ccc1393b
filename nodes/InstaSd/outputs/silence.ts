import type { Clock } from '../api/clock';
import { limits } from '../api/limits';
import type { Body } from './firstBytes';

/** Listens to a download: n8n's own timeout does not see a file that stops in its middle. */
export interface Silence {
	/** Aborted when nothing was heard for too long, or by the signal that was given. */
	signal: AbortSignal;
	/** The same body, heard and measured while it is read. */
	listenTo(body: Body): Body;
	/** How many bytes of the body have come. */
	bytes(): number;
	isTooLong(): boolean;
	/** The download is over. */
	end(): void;
}

/** Begins to listen. To be ended, or its signal is aborted some time later. */
export function listenForSilence(clock: Clock, stop: AbortSignal): Silence {
	const ended = new AbortController();
	const tooLong = new AbortController();
	let heardAt = clock.now();
	let bytes = 0;
	const listen = async () => {
		for (let rest = limits.fileSilenceMs; rest > 0; ) {
			await clock.sleep(rest, ended.signal);
			rest = heardAt + limits.fileSilenceMs - clock.now();
		}
		tooLong.abort();
	};
	void listen().catch(() => {});
	return {
		signal: AbortSignal.any([stop, tooLong.signal]),
		listenTo: (body) => {
			if (Buffer.isBuffer(body)) {
				bytes = body.length;
				return body;
			}
			// Not by a listener: it would set the body flowing, or leave it paused, before n8n reads it.
			return body.map((part: Buffer) => {
				heardAt = clock.now();
				bytes += part.length;
				return part;
			});
		},
		bytes: () => bytes,
		isTooLong: () => tooLong.signal.aborted,
		end: () => ended.abort(),
	};
}

import type { Clock } from '../api/clock';
import { limits } from '../api/limits';
import type { Body } from './firstBytes';

/** As many bytes must come in the time for which a file host may be silent. What is slower would have no end. */
const leastBytes = 10_000;

/** Listens to a download: n8n's own timeout does not see a file that stops in its middle, or drips. */
export interface Silence {
	/** Aborted when hardly anything was heard for too long, or by the signal that was given. */
	signal: AbortSignal;
	/** The same body, heard and measured while it is read. */
	listenTo(body: Body): Body;
	/** How many bytes of the body have come. */
	bytes(): number;
	/** That hardly anything was heard for too long, in words; undefined when it was not so. */
	tooLong(): string | undefined;
	/** The download is over. */
	end(): void;
}

/** Begins to listen. To be ended, or its signal is aborted some time later. */
export function listenForSilence(clock: Clock, stop: AbortSignal): Silence {
	const ended = new AbortController();
	const tooLong = new AbortController();
	let bytes = 0;
	let heard = { at: clock.now(), bytes: 0 };
	const listen = async () => {
		for (let rest = limits.fileSilenceMs; rest > 0; ) {
			await clock.sleep(rest, ended.signal);
			rest = heard.at + limits.fileSilenceMs - clock.now();
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
				bytes += part.length;
				if (bytes - heard.bytes >= leastBytes) heard = { at: clock.now(), bytes };
				return part;
			});
		},
		bytes: () => bytes,
		tooLong: () =>
			tooLong.signal.aborted
				? `${bytes === heard.bytes ? 'nothing' : `less than ${leastBytes / 1000} kB`} came from the file host for ${limits.fileSilenceMs / 1000} s`
				: undefined,
		end: () => ended.abort(),
	};
}

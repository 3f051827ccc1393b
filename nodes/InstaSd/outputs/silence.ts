import type { Clock } from '../wait/clock';

/** How long in ms a file host may send nothing. */
export const patience = { silence: 60_000 };

/** Listens to a download: n8n's own timeout does not see a file that stops in its middle. */
export interface Silence {
	/** Aborted when nothing was heard for too long, or by the signal that was given. */
	signal: AbortSignal;
	/** Something arrived. */
	heard(): void;
	isTooLong(): boolean;
	/** The download is over. */
	end(): void;
}

/** Begins to listen. To be ended, or its signal is aborted some time later. */
export function listenForSilence(clock: Clock, stop: AbortSignal): Silence {
	const ended = new AbortController();
	const tooLong = new AbortController();
	let heardAt = clock.now();
	const listen = async () => {
		for (let rest = patience.silence; rest > 0; ) {
			await clock.sleep(rest, ended.signal);
			rest = heardAt + patience.silence - clock.now();
		}
		tooLong.abort();
	};
	void listen().catch(() => {});
	return {
		signal: AbortSignal.any([stop, tooLong.signal]),
		heard: () => {
			heardAt = clock.now();
		},
		isTooLong: () => tooLong.signal.aborted,
		end: () => ended.abort(),
	};
}

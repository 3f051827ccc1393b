import type { Client } from '../api/client';
import type { Clock } from '../api/clock';
import type { RequestRate } from './requestRate';
import type { SubmitPatience } from './submitPatience';

/** The service as a run reaches it: shared by all its tasks. */
export interface Service {
	client: Client;
	clock: Clock;
	random: () => number;
	rate: RequestRate;
	submitPatience: SubmitPatience;
	/** Aborted by Stop, and when the run has failed: no call begins after it. */
	signal: AbortSignal;
	/** Counts a reply that had to be asked for again. */
	onRepeat: () => void;
}

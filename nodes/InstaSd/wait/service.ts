import type { Client } from '../api/client';
import type { Clock } from '../api/clock';
import type { DurationEstimate } from './pace';
import type { RequestRate, SubmitDeadline } from './requestRate';

/** What all tasks of a run share to call the API. */
export interface Service {
	/** The address of the API, which links without a host belong to. */
	baseUrl: string;
	client: Client;
	clock: Clock;
	random: () => number;
	rate: RequestRate;
	submitDeadline: SubmitDeadline;
	estimate: DurationEstimate;
	/** Aborted by Stop and when the run fails. After that, no call starts. */
	signal: AbortSignal;
	/** Called for each retry. */
	onRetry: () => void;
}

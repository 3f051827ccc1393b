import type { Client } from '../api/client';
import type { Clock } from '../api/clock';
import type { DurationEstimate } from './pace';
import type { RequestRate, SubmitDeadline } from './requestRate';

/** The API as one run reaches it; all tasks of the run share it. */
export interface Service {
	/** The address of the API, which links without a host belong to. */
	baseUrl: string;
	client: Client;
	clock: Clock;
	random: () => number;
	rate: RequestRate;
	submitDeadline: SubmitDeadline;
	estimate: DurationEstimate;
	/** Aborted by Stop and when the run fails. No call starts after that. */
	signal: AbortSignal;
	/** Counts the calls that had to be repeated. */
	onRetry: () => void;
}

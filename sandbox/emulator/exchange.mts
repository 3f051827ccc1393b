import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './reply.mts';

export type Call = 'submit' | 'status' | 'file';

/** One request and what the service would answer if nothing went wrong. */
export type Exchange = {
	call: Call;
	api: string;
	/** Of a submit: the number that the task would get. */
	taskNumber: number | null;
	/** Of a status request: whether the task runs (or waits) or is over. */
	taskState: 'running' | 'completed' | null;
	request: IncomingMessage;
	response: ServerResponse;
	fileOrigin: string;
	/** Does what was asked (a submit takes the task) and gives the true reply. */
	reply: () => Reply | Promise<Reply>;
	/** Waits in the service's own time. */
	keepSilent: (ms: number) => Promise<void>;
};

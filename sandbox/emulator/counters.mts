import type { ServerResponse } from 'node:http';

export type Counters = ReturnType<typeof createCounters>;

/** What is counted as it happens; all the rest of the statistics is worked out from the tasks. */
export function createCounters() {
	return {
		/** Requests for `run_task` and `task_status`, whatever became of them. */
		submits: 0,
		asked: 0,
		/** Requests for a file's content (GET), and how many got the whole file. */
		downloads: 0,
		downloaded: 0,
		unauthorized: 0,
		/** Requests that were answered with 429, because of `requestsPerSecond`. */
		limited: 0,
		/** Requests that brought a token to the file origin. */
		leaked: 0,
		openRequests: 0,
		maxOpenRequests: 0,
	};
}

/** Counts a request as open until it is answered or its connection ends. */
export function countOpen(counters: Counters, response: ServerResponse) {
	counters.openRequests++;
	counters.maxOpenRequests = Math.max(counters.maxOpenRequests, counters.openRequests);
	let open = true;
	const end = () => {
		if (!open) return;
		open = false;
		counters.openRequests--;
	};
	response.once('finish', end);
	response.once('close', end);
}

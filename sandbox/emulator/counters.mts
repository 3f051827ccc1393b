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
		/** Bytes of bodies that the file origin sent. */
		bytesSent: 0,
		unauthorized: 0,
		/** Requests that were answered with 429, because of `requestsPerSecond`. */
		limited: 0,
		/** Requests that brought a token to the file origin. */
		leaked: 0,
		openRequests: 0,
		maxOpenRequests: 0,
		openDownloads: 0,
		maxOpenDownloads: 0,
	};
}

/** Counts a request as open until it is answered or its connection ends. */
export function countOpen(counters: Counters, origin: 'api' | 'file', response: ServerResponse) {
	const download = origin === 'file' ? 1 : 0;
	counters.openRequests++;
	counters.openDownloads += download;
	counters.maxOpenRequests = Math.max(counters.maxOpenRequests, counters.openRequests);
	counters.maxOpenDownloads = Math.max(counters.maxOpenDownloads, counters.openDownloads);
	let open = true;
	const end = () => {
		if (!open) return;
		open = false;
		counters.openRequests--;
		counters.openDownloads -= download;
	};
	response.once('finish', end);
	response.once('close', end);
}

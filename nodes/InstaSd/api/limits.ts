/** Timeouts and sizes that several parts of the node, or its tests, share. */
export const limits = {
	/** Timeout in ms of one submit: it may send 10 MB over a slow connection. */
	submitMs: 300_000,
	/** Timeout in ms of one status call. */
	statusMs: 60_000,
	/** How long in ms a call is retried while the service cannot be reached, fails or replies 429. */
	unreachableMs: 300_000,
	/** How long in ms a task may be unknown to the service, as it may be right after the submit. */
	unknownTaskMs: 10_000,
	/** How long in ms a completed task without links is polled for them. */
	lateLinksMs: 5_000,
	/** How long in ms a file host may send nothing. */
	fileStallMs: 60_000,
	/** The largest file in bytes, unless its host announces a larger one. */
	fileBytes: 5_000_000_000,
	/** How long in ms a failing run waits for the replies to pending submits, so that their ids are known. */
	submitGraceMs: 15_000,
	/** Bytes of a whole request: the service's "10 MB", read as the smaller of its two meanings. */
	requestBytes: 10_000_000,
	/**
	 * The maximum size of a reply, after decompression; a longer one counts as broken. A usual status has a few kilobytes
	 * and a hundred values. Commas and brackets are counted as values before parsing: 1 MB of `[],` takes 30 MB of memory.
	 */
	reply: { bytes: 5_000_000, values: 50_000 },
};

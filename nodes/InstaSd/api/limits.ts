/** How long and how large things may be that several parts of the node, or its tests, must agree on. */
export const limits = {
	/** Ms for one submit: it may carry 10 MB over a slow line. */
	submitMs: 300_000,
	/** Ms for one question for a status. */
	statusMs: 60_000,
	/** Ms for which a call is repeated while the service does not answer, or asks for fewer requests. */
	unreachableMs: 300_000,
	/** Ms for which the service may not know a task, as it may right after the submit. */
	unknownTaskMs: 10_000,
	/** Ms for which the links of a completed task are asked for. */
	lateLinksMs: 5_000,
	/** Ms for which a file host may send nothing. */
	fileStallMs: 60_000,
	/** Ms for which a failing run waits for replies to submits that are under way, so that their ids are known. */
	submitGraceMs: 15_000,
	/** Bytes of a whole request: the service's "10 MB", read as the smaller of its two meanings. */
	requestBytes: 10_000_000,
	/**
	 * The most that is read of a reply to either call, after decompression; a longer one counts as broken. A status has a few
	 * kilobytes and a hundred values. The values are counted by their commas and brackets before anything is parsed: a
	 * megabyte of `[],` would take thirty of memory.
	 */
	reply: { bytes: 5_000_000, values: 50_000 },
};

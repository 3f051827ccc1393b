/** What is known of a failure by its code alone. */
interface Facts {
	/** Whether running the item again can help without a change. */
	retryable: boolean;
	/** Whether it is the user's side, and not the service, that is to be corrected. */
	isOwn?: boolean;
	/** Whether a task may exist that nobody knows the id of: to send it again can pay twice. */
	mayExist?: boolean;
	/** Whether the same question for a status can be answered a little later. */
	passes?: boolean;
	/** How to get unstuck, where that is the same whatever has happened. */
	advice?: string;
}

/** Every code of an error item, and all that follows from it. Workflows branch on the codes, so they never change. */
export const failureCodes = {
	/** The service itself has ended the task badly, with whatever word. */
	TASK_FAILED: { retryable: true },
	/** The node's own patience is over; the task goes on. */
	WAIT_TIMEOUT: { retryable: true },
	SUBMIT_UNSURE: { retryable: false, mayExist: true },
	UNAUTHORIZED: {
		retryable: false,
		advice:
			'The token of this credential was refused. Every InstaSD API has its own token: check that URL and token in the credential belong to the same API.',
	},
	TASK_NOT_FOUND: {
		retryable: false,
		advice:
			'The API does not know this task. Check the id, and that the credential is that of the API which created it.',
	},
	REJECTED: {
		retryable: false,
		advice:
			'The service refused the request. Compare the inputs, and the API URL in the credential, with API Instructions.',
	},
	RATE_LIMITED: {
		retryable: true,
		passes: true,
		advice: "The service asks for fewer requests. Lower the option 'Tasks at Once', or run later.",
	},
	UNREACHABLE: {
		retryable: true,
		passes: true,
		advice:
			'The service cannot be reached. Check the API URL in the credential and try again later.',
	},
	BAD_REPLY: {
		retryable: true,
		passes: true,
		advice:
			'The reply is not that of an InstaSD API. Check the API URL in the credential, and whether a proxy stands between.',
	},
	INVALID_INPUT: { retryable: false, isOwn: true },
	PAYLOAD_TOO_LARGE: {
		retryable: false,
		isOwn: true,
		advice:
			"The request is larger than the service takes (10 MB). Give files as links, or set the option 'Send Files As' to 'Signed Link'.",
	},
	LINK_EXPIRED: { retryable: true },
	DOWNLOAD_FAILED: { retryable: true },
	TASK_LIMIT: { retryable: false, isOwn: true },
	/** Nobody foresaw it, and there is a task. */
	UNEXPECTED: { retryable: false, isOwn: true },
} as const satisfies Record<string, Facts>;

export type FailureCode = keyof typeof failureCodes;

/** What is known of a code. */
export function factsOf(code: FailureCode): Facts {
	return failureCodes[code];
}

import { fileTransports, nodeOptions } from './nodeOptions';

/** What a failure's code implies. */
interface Facts {
	/** Whether running the item again without a change can help. */
	retryable: boolean;
	/** Whether the node finds it by itself, before a request is sent. */
	isLocal?: boolean;
	/** Whether a task with an unknown id may exist: submitting again could charge twice. */
	mayExist?: boolean;
	/** Whether the same status call may succeed a little later. */
	isTransient?: boolean;
	/** How to get unstuck, if it is the same in every case. */
	advice?: string;
}

/** Every code of an error item, and what it implies. Workflows branch on the codes, so they never change. */
export const failureCodes = {
	/** The service reported that the task failed, was cancelled or timed out. */
	TASK_FAILED: { retryable: true },
	/** The node's own timeout; the task goes on. */
	WAIT_TIMEOUT: { retryable: true },
	SUBMIT_UNSURE: { retryable: false, mayExist: true },
	UNAUTHORIZED: {
		retryable: false,
		advice:
			"The token of this credential was refused. Every InstaSD API has its own token: check that 'API URL' and 'API Token' belong to the same API.",
	},
	TASK_NOT_FOUND: {
		retryable: false,
		advice:
			'The API does not know this task. Check the id, and that the credential belongs to the API that created the task.',
	},
	REJECTED: {
		retryable: false,
		advice:
			"The service refused the request. Compare the inputs, and 'API URL' in the credential, with 'API Instructions' in InstaSD.",
	},
	RATE_LIMITED: {
		retryable: true,
		isTransient: true,
		advice: `The service is limiting the number of requests. Lower the option '${nodeOptions.tasksAtOnce.label}', or try again later.`,
	},
	UNREACHABLE: {
		retryable: true,
		isTransient: true,
		advice: "The service cannot be reached. Check 'API URL' in the credential and try again later.",
	},
	BAD_REPLY: {
		retryable: true,
		isTransient: true,
		advice:
			"The reply is not from an InstaSD API. Check 'API URL' in the credential, and whether a proxy is in between.",
	},
	INVALID_INPUT: { retryable: false, isLocal: true },
	PAYLOAD_TOO_LARGE: {
		retryable: false,
		isLocal: true,
		advice: `The request is larger than the service accepts (10 MB). Pass files as links, or set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	},
	LINK_EXPIRED: { retryable: true },
	DOWNLOAD_FAILED: { retryable: true },
	TASK_LIMIT: { retryable: false, isLocal: true },
	/** An unforeseen error of n8n, for example a credential that cannot be read. */
	UNEXPECTED: { retryable: true, isLocal: true },
} as const satisfies Record<string, Facts>;

export type FailureCode = keyof typeof failureCodes;

export function isFailureCode(text: string): text is FailureCode {
	return Object.hasOwn(failureCodes, text);
}

export function factsOf(code: FailureCode): Facts {
	return failureCodes[code];
}

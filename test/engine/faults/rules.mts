import type { FailureCode } from './outcome.mts';

/** For how long a call is repeated, in ms: at least, at most. */
export const foughtMs = {
	soon: [3_000, 10_000],
	again: [200_000, 420_000],
	always: [1_700_000, 1_802_000],
} as const;

/**
 * The result of a call. `taken`: the reply is as good as the true one. `without files`: it tells all but the files, which
 * are lacking only where it is never better. `now`: the call is not repeated. Otherwise a fault that is gone is not
 * noticed, and one that stays ends in a failure after a time, or a number of tries.
 */
export type Rule =
	| 'taken'
	| 'without files'
	| `${keyof typeof foughtMs | 'now' | `${number} tries`} ${FailureCode}`;

interface Rules {
	readonly submit: Rule;
	readonly poll: Rule;
	/** Undefined where a file cannot have the fault. */
	readonly file?: Rule;
}

const downloaded = '4 tries DOWNLOAD_FAILED';

/** A fault that hides whether there is a task: the submit is never repeated, and questions are. */
function unsure(poll: 'UNREACHABLE' | 'BAD_REPLY', file: Rule = downloaded): Rules {
	return { submit: 'now SUBMIT_UNSURE', poll: `again ${poll}`, file };
}

/** A refusal of the call: no task, and of a question it is believed after a few seconds. A link may have expired. */
function refused(code: FailureCode, poll: Rule = 'soon REJECTED'): Rules {
	return { submit: `now ${code}`, poll, file: '2 tries LINK_EXPIRED' };
}

const unauthorized = 'now UNAUTHORIZED';

/** What must become of each fault. Written down by hand, and from what was promised; not worked out. */
export const rules: Readonly<Record<string, Rules>> = {
	'connection refused': {
		...{ submit: 'again UNREACHABLE', poll: 'again UNREACHABLE', file: downloaded },
	},
	'connection reset before the request was read': unsure('UNREACHABLE'),
	'connection reset after the work was done': unsure('UNREACHABLE'),
	'connection reset in the middle of the reply': unsure('UNREACHABLE'),
	'no reply, ever': unsure('UNREACHABLE'),
	'a reply that stops in its middle': unsure('UNREACHABLE'),
	'400 Bad Request': refused('REJECTED'),
	'401 Unauthorized': refused('UNAUTHORIZED', unauthorized),
	'401 that quotes the token': refused('UNAUTHORIZED', unauthorized),
	'403 Forbidden': refused('UNAUTHORIZED', unauthorized),
	'404 Not Found': refused('REJECTED', 'soon TASK_NOT_FOUND'),
	'408 Request Timeout': unsure('UNREACHABLE'),
	'409 Conflict': refused('REJECTED'),
	'413 Content Too Large': refused('PAYLOAD_TOO_LARGE'),
	'422 Unprocessable Content': refused('REJECTED'),
	'429 Too Many Requests': {
		...{ submit: 'again RATE_LIMITED', poll: 'always WAIT_TIMEOUT', file: downloaded },
	},
	'500 Internal Server Error': unsure('UNREACHABLE'),
	'502 Bad Gateway': unsure('UNREACHABLE'),
	'503 Service Unavailable': unsure('UNREACHABLE'),
	'504 Gateway Timeout': unsure('UNREACHABLE'),
	'200 with a web page': unsure('BAD_REPLY'),
	'200 with half of the reply': unsure('BAD_REPLY'),
	'200 with nothing in it': unsure('BAD_REPLY'),
	'200 with another type in every field': {
		...{ submit: 'now SUBMIT_UNSURE', poll: 'again BAD_REPLY' },
	},
	'200 with another type in every field but id and status': {
		...{ submit: 'taken', poll: 'without files' },
	},
	'200 with 50 MB of text': unsure('BAD_REPLY'),
	'redirect to another origin': unsure('BAD_REPLY', 'taken'),
};

/** @throws Error when nothing is written down of the fault */
export function rulesOf(fault: string): Rules {
	const found = rules[fault];
	if (found === undefined) throw new Error(`No rules for: ${fault}`);
	return found;
}

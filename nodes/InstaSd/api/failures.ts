import { fileTransports, nodeOptions } from './nodeOptions';
import type { Task } from './task';

/** What is known of a failure by its code alone. */
interface Facts {
	/** Whether running the item again can help without a change. */
	retryable: boolean;
	/** Whether it is the user's side, and not the service, that is to be corrected. */
	isOwn?: boolean;
	/** Whether a task may exist that nobody knows the id of: to send it again can pay twice. */
	mayExist?: boolean;
	/** Whether the same status call can succeed a little later. */
	isTransient?: boolean;
	/** How to get unstuck, where that is the same whatever has happened. */
	advice?: string;
}

/** Every code of an error item, and all that follows from it. Workflows branch on the codes, so they never change. */
export const failureCodes = {
	/** The service itself has ended the task badly, with whatever word. */
	TASK_FAILED: { retryable: true },
	/** The node's own timeout is over; the task goes on. */
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
		isTransient: true,
		advice: `The service asks for fewer requests. Lower the option '${nodeOptions.tasksAtOnce.label}', or run later.`,
	},
	UNREACHABLE: {
		retryable: true,
		isTransient: true,
		advice:
			'The service cannot be reached. Check the API URL in the credential and try again later.',
	},
	BAD_REPLY: {
		retryable: true,
		isTransient: true,
		advice:
			'The reply is not that of an InstaSD API. Check the API URL in the credential, and whether a proxy stands between.',
	},
	INVALID_INPUT: { retryable: false, isOwn: true },
	PAYLOAD_TOO_LARGE: {
		retryable: false,
		isOwn: true,
		advice: `The request is larger than the service takes (10 MB). Give files as links, or set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	},
	LINK_EXPIRED: { retryable: true },
	DOWNLOAD_FAILED: { retryable: true },
	TASK_LIMIT: { retryable: false, isOwn: true },
	/** Nobody foresaw it: an error of n8n, for instance of a credential that cannot be read. */
	UNEXPECTED: { retryable: true, isOwn: true },
} as const satisfies Record<string, Facts>;

export type FailureCode = keyof typeof failureCodes;

/** What is known of a code. */
export function factsOf(code: FailureCode): Facts {
	return failureCodes[code];
}

/** An error as n8n and the error item tell it. */
export interface FailureDetails {
	code: FailureCode;
	/** What happened, in one sentence. */
	message: string;
	/** How to get unstuck. */
	description: string;
	taskId?: string;
	/** The service's last word on the task. */
	status?: string;
	httpStatus?: number;
	/** Whether other tasks of the run exist, or may; the description names them. */
	hasOthers?: boolean;
	/** Of a task that has ended: whether a retry of the execution asks for it again, and does not send it anew. */
	mayNotBeResent?: boolean;
	/** Links that are known although the task could not be finished. */
	links?: string[];
}

/** The one shape of everything that can go wrong: it becomes the error that is thrown, or the error item. */
export class Failure extends Error {
	readonly details: FailureDetails;

	/** The item it belongs to; undefined where it concerns the whole run. */
	item: number | undefined;

	constructor(details: FailureDetails) {
		super(details.message);
		this.name = 'Failure';
		this.details = details;
	}

	/** The same failure with other details. */
	with(details: Partial<FailureDetails>): Failure {
		const changed = new Failure({ ...this.details, ...details });
		changed.item = this.item;
		return changed;
	}

	/**
	 * Whether running the item again can help without a change. False where a task exists that would then be paid for
	 * twice: that is to be asked for by its id.
	 */
	get retryable(): boolean {
		const { code, taskId, mayNotBeResent } = this.details;
		const isOver = code === 'TASK_FAILED' && !mayNotBeResent;
		return factsOf(code).retryable && (taskId === undefined || isOver);
	}

	/** Whether a status call that failed so can succeed a little later. */
	get isTransient(): boolean {
		return factsOf(this.details.code).isTransient === true;
	}
}

/** An input, parameter or credential that is wrong; nothing was sent. */
export function invalidInput(message: string, description: string): Failure {
	return new Failure({ code: 'INVALID_INPUT', message, description });
}

/**
 * A submit after which a task may exist whose id did not arrive.
 * @param why what came instead of the id, in words
 * @param isEarlier whether it was sent by an earlier try
 */
export function submitUnsure(why: string, isEarlier: boolean, httpStatus?: number): Failure {
	return new Failure({
		code: 'SUBMIT_UNSURE',
		message: isEarlier
			? `An earlier try of this execution sent the task and did not get its id (${why}), so it was not sent again`
			: `It is not known whether the task was created: ${why}`,
		description: `The task may exist and may have been charged${isEarlier ? '' : ', so it was not sent again'}. Look for it in InstaSD; if it is not there, run the workflow anew. To send such tasks again all the same, set the option '${nodeOptions.resubmitWhenUnsure.label}'.`,
		...(httpStatus === undefined ? {} : { httpStatus }),
	});
}

/**
 * A task that is not over when its user does not want to wait any longer.
 * @param known its id and, where they are known, the task as it was described last and the last answer that did not
 * @param after how long that is, in words
 * @param option the option that sets the time
 */
export function notFinished(
	known: { taskId: string; task?: Task | undefined; lastAnswer?: string | undefined },
	after: string,
	option: 'timeoutSeconds' | 'giveUpAfterMinutes',
): Failure {
	const { taskId, task, lastAnswer } = known;
	const last = [task?.status, lastAnswer && `last answer: ${lastAnswer}`].filter(Boolean);
	return new Failure({
		code: 'WAIT_TIMEOUT',
		message: `Task ${taskId} is not finished ${after}${last.length === 0 ? '' : ` (${last.join('; ')})`}`,
		description: `${notLost(taskId)}, or give it more time with the option '${nodeOptions[option].label}'.`,
		taskId,
		...(task && { status: task.status, links: task.links.map(({ url }) => url) }),
	});
}

function notLost(taskId: string): string {
	return `The task goes on at the service and is not lost: wait for it with the operation 'Wait for Task' and its id, ${taskId}`;
}

/**
 * The failure that an error means. One that nobody foresaw must neither say that nothing was sent where something was, nor
 * lose the task's id.
 * @param sent what is known of the task that was sent; undefined where none was
 */
export function asFailure(
	error: unknown,
	sent?: { taskId?: string | undefined } | undefined,
): Failure {
	if (error instanceof Failure) return error;
	const message = messageOf(error);
	if (sent === undefined) {
		return new Failure({
			code: 'UNEXPECTED',
			message,
			description:
				'Nothing was sent. Check the credential of the node and the expressions in its parameters, and run it again.',
		});
	}
	const { taskId } = sent;
	if (taskId === undefined) return submitUnsure(message, false);
	return new Failure({
		code: 'UNEXPECTED',
		message: `Something went wrong in n8n with task ${taskId}: ${message}`,
		description: `${notLost(taskId)}.`,
		taskId,
	});
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Waits for work. n8n's lint allows no throw where an error is caught.
 * @throws what `errorOf` makes of the error that the work fails with
 */
export async function rethrowAs<T>(
	work: Promise<T>,
	errorOf: (error: unknown) => unknown,
): Promise<T> {
	return await work.then(undefined, async (error: unknown) => await Promise.reject(errorOf(error)));
}

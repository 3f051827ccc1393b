import { factsOf, type FailureCode } from './failureCodes';

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

	/**
	 * Whether running the item again can help without a change. False where a task exists that would then be paid for
	 * twice: that is to be asked for by its id.
	 */
	get retryable(): boolean {
		const { code, taskId } = this.details;
		return factsOf(code).retryable && (taskId === undefined || code === 'TASK_FAILED');
	}

	/** Whether a question for a status that ended so can be answered a little later. */
	get passes(): boolean {
		return factsOf(this.details.code).passes === true;
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
		description: `The task may exist and may have been charged${isEarlier ? '' : ', so it was not sent again'}. Look for it in InstaSD; if it is not there, run the workflow anew. To send such tasks again all the same, set the option 'Resubmit When Unsure'.`,
		...(httpStatus === undefined ? {} : { httpStatus }),
	});
}

/**
 * A task that is not over when its user does not want to wait any longer.
 * @param known its id and, where they are known, the service's last word on it and why there is none
 * @param after how long that is, in words
 * @param option which option says so
 */
export function notFinished(
	{
		taskId,
		status,
		trouble,
	}: { taskId: string; status?: string | undefined; trouble?: string | undefined },
	after: string,
	option: string,
): Failure {
	const last = [status?.slice(0, 50), trouble && `last answer: ${trouble}`].filter(Boolean);
	return new Failure({
		code: 'WAIT_TIMEOUT',
		message: `Task ${taskId} is not finished ${after}${last.length === 0 ? '' : ` (${last.join('; ')})`}`,
		description: `${notLost(taskId)}, or give it more time with the option '${option}'.`,
		taskId,
		...(status === undefined ? {} : { status }),
	});
}

function notLost(taskId: string): string {
	return `The task goes on at the service and is not lost: wait for it with the operation 'Wait for Task' and its id, ${taskId}`;
}

/** An error that nobody foresaw as a failure, before anything was sent: it comes from an expression, or from n8n itself. */
export function asFailure(error: unknown): Failure {
	if (error instanceof Failure) return error;
	return invalidInput(
		wordsOf(error),
		'Check the credential of the node and the expressions in its parameters.',
	);
}

/** An error that nobody foresaw as a failure, when there is a task. */
export function unexpected(error: unknown, taskId: string): Failure {
	return new Failure({
		code: 'UNEXPECTED',
		message: `Something went wrong in n8n with task ${taskId}: ${wordsOf(error)}`,
		description: `${notLost(taskId)}.`,
		taskId,
	});
}

/** What an error says that may be anything. */
export function wordsOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Waits for work. n8n's lint allows no throw where an error is caught.
 * @throws what `errorOf` makes of the error that the work fails with
 */
export async function failingWith<T>(
	work: Promise<T>,
	errorOf: (error: unknown) => unknown,
): Promise<T> {
	return await work.then(undefined, async (error: unknown) => await Promise.reject(errorOf(error)));
}

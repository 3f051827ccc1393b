import { factsOf, type FailureCode } from './failureCodes';
import { nodeOptions } from './nodeOptions';
import { certainlyFailed, type Known, type Task } from './task';

/** An error, as n8n and the error item report it. */
export interface FailureDetails {
	code: FailureCode;
	/** The index of its item; undefined if it concerns the whole run. */
	item?: number;
	/** What happened, in one sentence. */
	message: string;
	/** How to get unstuck. */
	description: string;
	/** The task that it is about, if that exists. */
	task?: FailedTask | undefined;
	httpStatus?: number | undefined;
	/** All tasks of the run that have an id. `hasOthers`: others exist or may exist; the description names them. */
	run?: { ids: string[]; count: number; hasOthers: boolean };
	/** Of a wrong input: how to correct it, a line each; none where that depends on where the values come from. */
	ways?: readonly string[];
	/** The API's inputs, where they help to correct a wrong one. */
	inputList?: string | undefined;
}

/** What is known of a task despite the failure. */
interface FailedTask {
	id: string;
	/** The last status that the service reported. */
	status?: string | undefined;
	links?: string[] | undefined;
	/** Whether another try creates no new task in place of this failed one. */
	mayNotBeResent?: boolean;
}

/** Everything that can go wrong. It becomes the thrown error or the error item. */
export class Failure extends Error {
	constructor(readonly details: FailureDetails) {
		super(details.message);
		this.name = 'Failure';
	}

	/** The same failure with other details. */
	with(details: Partial<FailureDetails>): Failure {
		return new Failure({ ...this.details, ...details });
	}

	/**
	 * Whether running the item again without a change can help. False if its task exists, which would then be paid for
	 * twice: wait for that one by its id instead.
	 */
	get retryable(): boolean {
		const { code, task } = this.details;
		if (code === 'TASK_FAILED') return task?.mayNotBeResent !== true;
		return factsOf(code).retryable && task === undefined;
	}
}

/** A wrong input, parameter or credential; nothing was sent. */
export function invalidInput(message: string, description: string): Failure {
	return new Failure({ code: 'INVALID_INPUT', message, description });
}

/** A wrong value of an input; nothing was sent. */
export function wrongInput(
	message: string,
	ways: readonly string[],
	inputList?: string,
	separator = ' ',
): Failure {
	const advice = `Nothing was sent.${ways.length === 0 ? '' : separator}${ways.join('\n')}`;
	const description = inputList === undefined ? advice : `${advice}\n\n${inputList}`;
	return new Failure({ code: 'INVALID_INPUT', message, description, ways, inputList });
}

/**
 * A submit that may have created a task, but whose reply brought no id.
 * @param why what came instead of the id, in words
 * @param isEarlier whether an earlier attempt sent it
 */
export function submitUnsure(why: string, isEarlier: boolean, httpStatus?: number): Failure {
	return new Failure({
		code: 'SUBMIT_UNSURE',
		message: isEarlier
			? `An earlier attempt in this execution sent the task but did not get its id (${why}), so it was not sent again`
			: `The task may or may not have been created: ${why}`,
		description: `The task may exist and may have been charged${isEarlier ? '' : ', so it was not sent again'}. Look for it in InstaSD; if it is not there, run the workflow again. To send such a task once more anyway, set the option '${nodeOptions.resubmitWhenUnsure.label}'.`,
		httpStatus,
	});
}

/** Returns the task, or throws a Failure TASK_FAILED if the service reported it as failed. */
export function throwIfFailed(task: Task): Task {
	const failure = failureOf(task);
	if (failure === undefined) return task;
	throw failure;
}

/** TASK_FAILED, if the service reported the task as failed. */
export function failureOf(task: Task): Failure | undefined {
	if (task.state !== 'failed' && task.state !== 'expired') return undefined;
	const { id, isNamed, links, status } = task;
	return new Failure({
		code: 'TASK_FAILED',
		message: isNamed
			? `Task ${id} ${endOf(task)}`
			: `Task ${id} seems to have ${endOf(task)} (in replies that do not name it)`,
		description: adviceAfter(task),
		task: {
			...{ id, status, links: links.map(({ url }) => url) },
			mayNotBeResent: !certainlyFailed(task),
		},
	});
}

/** How a task ended, in the service's words, such as `failed: out of memory` or `ended as CANCELLED: by the user`. */
function endOf({ reason = 'the service gave no reason', status }: Task): string {
	return `${status === 'FAILED' ? 'failed' : `ended as ${status}`}: ${reason}`;
}

function adviceAfter({ fields: { cost }, id, isNamed, state }: Task): string {
	if (state === 'expired') {
		return 'The task was finished, and the service no longer has its result. A retry of this execution does not send it again; a new run creates a new task.';
	}
	const money =
		typeof cost === 'number' ? `reports a cost of ${cost}` : 'does not say whether it was charged';
	return isNamed
		? `The task failed at the service, which ${money}. If the reason names an input, correct it. Running it again creates a new task.`
		: `It may still be running, so a retry of this execution polls it again and submits nothing. To check it yourself, use the operation 'Get Status' with its id, ${id}.`;
}

/**
 * A task that is not over within the time that the user allows.
 * @param known its id and, if known, the task as last described and why its last status call failed
 * @param after the time, in words
 * @param option the option that sets the time
 */
export function notFinished(
	known: {
		taskId: string;
		task?: Task | undefined;
		lastAnswer?: string | undefined;
		/** Whether the node creates such tasks: then running it again pays for another one. */
		isOwn?: boolean | undefined;
	},
	after: string,
	option: 'timeoutSeconds' | 'giveUpAfterMinutes',
): Failure {
	const { taskId, task, lastAnswer, isOwn = false } = known;
	const allowMore = `allow more time with the option '${nodeOptions[option].label}'`;
	const way = isOwn
		? `. Next time, ${allowMore}; 'Execute step' creates and charges another task.`
		: `, or ${allowMore}.`;
	const last = [task?.status, lastAnswer && `last call: ${lastAnswer}`].filter(Boolean);
	return new Failure({
		code: 'WAIT_TIMEOUT',
		message: `Task ${taskId} is not finished ${after}${last.length === 0 ? '' : ` (${last.join('; ')})`}`,
		description: `${notLost(taskId)}${way}`,
		task: { id: taskId, status: task?.status, links: task?.links.map(({ url }) => url) },
	});
}

function notLost(taskId: string): string {
	return `The task is not lost, it continues at the service: to have it for free, add a second InstaSD node: Wait for Task, with the id ${taskId}`;
}

/** Turns any error into a failure. An unforeseen one says whether the task exists or may exist, and keeps its id. */
export function asFailure(error: unknown, known: Known = { kind: 'new' }): Failure {
	if (error instanceof Failure) return error;
	const message = messageOf(error);
	if (known.kind === 'new') {
		return new Failure({
			code: 'UNEXPECTED',
			message,
			description:
				'Nothing was sent. Check the credential of this node and the expressions in its parameters, and run it again.',
		});
	}
	if (known.kind !== 'exists') return submitUnsure(message, false);
	const { taskId } = known;
	return new Failure({
		code: 'UNEXPECTED',
		message: `Something went wrong in n8n with task ${taskId}: ${message}`,
		description: `${notLost(taskId)}.`,
		task: { id: taskId },
	});
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Waits for `work`, and replaces the error it fails with. n8n's lint forbids `throw` in a `catch` block.
 * @throws the result of `errorOf`
 */
export async function rethrowAs<T>(
	work: Promise<T>,
	errorOf: (error: unknown) => unknown,
): Promise<T> {
	return await work.then(undefined, async (error: unknown) => await Promise.reject(errorOf(error)));
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { hasCode, onFailure, submitUnsure } from '../api/failures';
import type { Task } from '../api/replies';
import { bodyOf, drawSeeds, fillIn, longestBody, tooLarge, type SentInputs } from '../inputs/body';
import { describeFiles, readFiles } from '../inputs/itemFiles';
import type { PlannedInput } from '../inputs/plannedInput';
import { randomInteger } from '../inputs/seeds';
import { submitTask } from '../wait/submit';
import { askStatus } from '../wait/track';
import { inputsOfPlan, type PlannedTask } from './planTasks';
import type { Session } from './session';

/** A task that exists at the service. */
export interface CreatedTask {
	taskId: string;
	task: Task;
	/** When it was submitted, ms since 1970; undefined when an earlier try of this execution did it. */
	submittedAt: number | undefined;
	/** What was sent, with the seeds, without file contents; undefined where an earlier try sent other values. */
	inputs: SentInputs | undefined;
}

/**
 * Creates the task of a plan, or takes up the one that an earlier try of this execution has paid for.
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function createTask(session: Session, planned: PlannedTask): Promise<CreatedTask> {
	const { context, calls } = session;
	const known = planned.entry.find();
	if (known?.kind === 'unsure' && !planned.options.resubmitWhenUnsure) throw submitUnsure();
	const inputs = inputsOfPlan(session, planned);
	const sent = (seeds: readonly number[]) => fillIn(inputs, seeds, describeFiles(inputs));
	if (known?.kind === 'sent') {
		const { taskId, seeds } = known;
		const task = await askStatus(calls, taskId);
		// What the service itself calls failed is sent anew.
		if (task.state !== 'failed')
			return { taskId, task, submittedAt: undefined, inputs: seeds && sent(seeds) };
	}

	const seeds = drawSeeds(inputs, randomInteger);
	const body = await buildBody(context, inputs, seeds);
	calls.signal.throwIfAborted();
	const submittedAt = calls.clock.now();
	const task = await underway(session.submits, submit(session, planned, seeds, body));
	return { taskId: task.id, task, submittedAt, inputs: sent(seeds) };
}

/** The moment in which money is spent. Its order makes sure that no task is sent twice unnoticed, and no id is lost. */
async function submit(
	{ calls, trace }: Session,
	{ entry, item, options }: PlannedTask,
	seeds: readonly number[],
	body: string,
): Promise<Task> {
	entry.sending(seeds);
	trace.submitting(item);
	const task = await onFailure(submitTask(calls, body, options.resubmitWhenUnsure), (error) => {
		if (!hasCode(error, 'SUBMIT_UNSURE')) entry.forget();
	});
	entry.sent(task.id);
	trace.submitted(task.id, item);
	return task;
}

/** @throws Failure PAYLOAD_TOO_LARGE when the files turn out larger than they were described */
async function buildBody(
	context: IExecuteFunctions,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): Promise<string> {
	const body = bodyOf(fillIn(inputs, seeds, await readFiles(context, inputs)));
	const bytes = Buffer.byteLength(body);
	if (bytes > longestBody) throw tooLarge(inputs, bytes);
	return body;
}

/** Keeps work in a set for as long as it lasts. */
async function underway<T>(all: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
	all.add(work);
	return await work.finally(() => all.delete(work));
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { Failure, onFailure, submitUnsure } from '../api/failures';
import { limits } from '../api/limits';
import type { Task } from '../api/replies';
import { requestBody, type SentInputs } from '../api/requestBody';
import { bodyTooLarge, drawSeeds, filledInputs } from '../inputs/body';
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
	const { context, service } = session;
	const known = planned.entry.find();
	if (known?.kind === 'unsure' && !planned.options.resubmitWhenUnsure) throw submitUnsure();
	const inputs = inputsOfPlan(session, planned);
	const sent = (seeds: readonly number[]) => filledInputs(inputs, seeds, describeFiles(inputs));
	if (known?.kind === 'sent') {
		const { taskId, seeds } = known;
		const task = await askStatus(service, taskId);
		// One that failed at the service is sent anew.
		if (task.state !== 'failed') {
			return { taskId, task, submittedAt: undefined, inputs: seeds && sent(seeds) };
		}
	}

	const seeds = drawSeeds(inputs, randomInteger);
	const body = await buildBody(context, inputs, seeds);
	service.signal.throwIfAborted();
	const submittedAt = service.clock.now();
	const task = await underway(session.submits, submit(session, planned, seeds, body));
	return { taskId: task.id, task, submittedAt, inputs: sent(seeds) };
}

/** The moment in which money is spent. Its order makes sure that no task is sent twice unnoticed, and no id is lost. */
async function submit(
	{ service, taskIdLog }: Session,
	{ entry, item, options }: PlannedTask,
	seeds: readonly number[],
	body: string,
): Promise<Task> {
	entry.sending(seeds);
	taskIdLog.submitting(item);
	const task = await onFailure(submitTask(service, body, options.resubmitWhenUnsure), (error) => {
		if (!(error instanceof Failure && error.mayHaveCreated)) entry.forget();
	});
	entry.sent(task.id);
	taskIdLog.submitted(task.id, item);
	return task;
}

/** @throws Failure PAYLOAD_TOO_LARGE when the files turn out larger than they were described */
async function buildBody(
	context: IExecuteFunctions,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): Promise<string> {
	const body = requestBody(filledInputs(inputs, seeds, await readFiles(context, inputs)));
	const bytes = Buffer.byteLength(body);
	if (bytes > limits.requestBytes) throw bodyTooLarge(inputs, bytes);
	return body;
}

/** Keeps work in a set for as long as it lasts. */
async function underway<T>(all: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
	all.add(work);
	return await work.finally(() => all.delete(work));
}

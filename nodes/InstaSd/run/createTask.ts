import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { submitUnsure } from '../api/failures';
import { limits } from '../api/limits';
import { untilAborted } from '../api/onAbort';
import type { Task } from '../api/replies';
import { requestBody, type SentInputs } from '../api/requestBody';
import { bodyTooLarge, drawSeeds, filledInputs } from '../inputs/body';
import { describeFiles, readFiles } from '../inputs/itemFiles';
import type { PlannedInput } from '../inputs/plannedInput';
import { isOutOfRange } from '../inputs/ranges';
import { randomInteger } from '../inputs/seeds';
import { submitTask, type Submitted } from '../wait/submit';
import { askStatus } from '../wait/track';
import { eventOf, outcomeOf, rememberSubmit } from './submitOutcomes';
import { inputsOfPlan, type PlannedTask } from './planTasks';
import type { Session } from './session';
import { stepFor } from './taskLife';

/** A task that exists at the service. */
export interface CreatedTask {
	taskId: string;
	task: Task;
	/** When its id came, on the clock; undefined when an earlier try of this execution did it. */
	submittedAt: number | undefined;
	/** Since when this try waits for a task that it took up, on the clock. */
	since?: number;
	/** What was sent, with the seeds, without file contents; undefined where an earlier try sent other values. */
	inputs: SentInputs | undefined;
}

/**
 * Takes up the task that an earlier try of this execution has paid for, or creates the one of the plan.
 * @param timeoutMs how long the task will be waited for, in ms; undefined where it is not
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function createTask(
	session: Session,
	planned: PlannedTask,
	timeoutMs?: number,
): Promise<CreatedTask> {
	const inputs = inputsOfPlan(session, planned);
	const takenUp = await takeUp(session, planned, inputs, timeoutMs);
	if (takenUp !== undefined) return takenUp;

	const seeds = drawSeeds(inputs, randomInteger);
	const { context, service } = session;
	const body = await untilAborted(service.signal, buildBody(context, inputs, seeds));
	service.signal.throwIfAborted();
	// The run can end before the submit does; what becomes of it is written down all the same.
	const submitting = submitOnRecord(session, planned, seeds, body);
	session.submitsUnderWay.add(submitting, planned.item);
	const submitted = await untilAborted(service.signal, submitting);
	if (submitted.kind !== 'created') throw errorOf(submitted);
	const { task } = submitted;
	const submittedAt = service.clock.now();
	return { taskId: task.id, task, submittedAt, inputs: sentInputs(session, inputs, seeds) };
}

/**
 * The task of an earlier try, as the service describes it now; undefined where one is to be sent.
 * @throws Failure SUBMIT_UNSURE when one may exist
 */
async function takeUp(
	session: Session,
	planned: PlannedTask,
	inputs: readonly PlannedInput[],
	timeoutMs: number | undefined,
): Promise<CreatedTask | undefined> {
	const { service, taskIdLog } = session;
	const { entry, item, options } = planned;
	const step = stepFor(entry.life());
	if (step.kind === 'await') {
		const outcome = await untilAborted(service.signal, outcomeOf(step.submit));
		entry.note(outcome);
		if (outcome.kind === 'created') taskIdLog.found(outcome.taskId, item);
		return await takeUp(session, planned, inputs, timeoutMs);
	}
	if (step.kind === 'refuse' && !options.resubmitWhenUnsure) throw submitUnsure(step.why, true);
	if (step.kind !== 'takeUp') return undefined;

	const { taskId } = step;
	const seeds = entry.sentSeeds();
	const since = service.clock.now();
	const task = await askStatus(service, taskId, timeoutMs);
	if (task.state === 'failed') {
		entry.note({ kind: 'failed' });
		return undefined;
	}
	return {
		taskId,
		task,
		submittedAt: undefined,
		since,
		inputs: seeds && sentInputs(session, inputs, seeds),
	};
}

/**
 * The moment in which money is spent. Its order makes sure that no task is sent twice unnoticed, and no id is lost. It
 * goes on when the run has ended: nothing cuts a submit off from its id. Never rejects.
 */
async function submitOnRecord(
	{ service, taskIdLog }: Session,
	{ entry, item, options }: PlannedTask,
	seeds: readonly number[],
	body: string,
): Promise<Submitted> {
	const name = randomUUID().slice(0, 13);
	const before = entry.life();
	const earlier = before.state === 'unsure' ? before.why : undefined;
	entry.sending(name, seeds);
	taskIdLog.submitting(item);
	const submitting = submitTask(service, {
		body,
		timeoutMs: options.timeoutSeconds * 1000,
		resubmitWhenUnsure: options.resubmitWhenUnsure,
		earlier,
	});
	rememberSubmit(name, submitting);
	const submitted = await submitting;
	entry.note(eventOf(name, submitted));
	taskIdLog.submitted(submitted, item);
	return submitted;
}

function errorOf(submitted: Exclude<Submitted, { kind: 'created' }>): unknown {
	return submitted.kind === 'notCreated'
		? submitted.error
		: submitUnsure(submitted.why, false, submitted.httpStatus);
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

/** What was sent, without file contents. Values that its titles advise against are remarked on. */
function sentInputs(
	{ remarks }: Session,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): SentInputs {
	const sent = filledInputs(inputs, seeds, describeFiles(inputs));
	for (const { title, value } of Object.values(sent)) {
		if (title !== undefined && isOutOfRange(title, value)) {
			remarks.push({ kind: 'outOfRange', title, value });
		}
	}
	return sent;
}

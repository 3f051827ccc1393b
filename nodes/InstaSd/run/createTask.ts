import { randomUUID } from 'node:crypto';

import { requestBody, type SentInputs } from '../api/client';
import { untilAborted } from '../api/clock';
import { submitUnsure } from '../api/failures';
import { limits } from '../api/limits';
import type { Task } from '../api/task';
import { bodyTooLarge, drawSeeds, fillInputs, randomInteger } from '../inputs/body';
import type { PlannedInput } from '../inputs/inputTypes';
import { describeFiles, readFiles } from '../inputs/itemFiles';
import { isOutOfRange } from '../inputs/scalars';
import { type OpenTask, pollOnce } from '../wait/statusPoller';
import { submitTask } from '../wait/submit';
import { type Row, rowAfter } from './ledger';
import { pendingSubmit } from './pendingSubmits';
import type { PlannedTask } from './plan';
import type { Session } from './session';

/** A task of this execution, with what was sent. */
export interface CreatedTask extends OpenTask {
	task: Task;
	/** With the seeds, without file contents; undefined where that is not known. */
	inputs: SentInputs | undefined;
}

/**
 * Takes up the task that an earlier try of this execution has paid for, or creates the planned one. This is where money
 * is spent: the order of the steps makes sure that no task is sent twice unnoticed, and no id is lost.
 * @param timeoutMs how long the task will be waited for, in ms; undefined where it is not
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function createTask(
	session: Session,
	planned: PlannedTask,
	timeoutMs?: number,
): Promise<CreatedTask> {
	const { service, log, pendingSubmits } = session;
	const { clock, signal } = service;
	const { entry, item, options } = planned;
	const inputs = planned.inputs();

	// What an earlier try has sent: its task is taken up, unless that has failed at the service, and never sent in doubt.
	const sent = await sentBefore(session, planned);
	if (sent?.taskId !== undefined) {
		const { taskId } = sent;
		const since = clock.now();
		const seeds = entry.sentSeeds();
		const task = await pollOnce(service, taskId, timeoutMs);
		if (task.state !== 'failed') {
			return { taskId, task, since, inputs: seeds && sentInputs(session, inputs, seeds) };
		}
		entry.failed();
	} else if (sent?.why !== undefined && !options.resubmitWhenUnsure) {
		throw submitUnsure(sent.why, true);
	}

	// What is sent now. Nothing is written down yet, so whatever fails here leaves the task unsent.
	const seeds = drawSeeds(inputs, randomInteger);
	const body = await untilAborted(signal, buildBody(session, inputs, seeds));
	signal.throwIfAborted();

	// Written down and logged, then sent; the result is written down and logged even when the run has ended meanwhile.
	const submit = randomUUID().slice(0, 13);
	const row = entry.sending(submit, seeds);
	log.sending(item);
	const submitting = submitTask(service, {
		body,
		timeoutMs: options.timeoutSeconds * 1000,
		resubmitWhenUnsure: options.resubmitWhenUnsure,
		earlier: sent?.why,
	});
	const recorded = submitting.then((result) => {
		const after = rowAfter(row, result);
		entry.submitted(submit, after);
		log.sent(result, item);
		return after;
	});
	pendingSubmits.add(submit, item, recorded);

	await untilAborted(signal, recorded);
	const result = await submitting;
	if (result.kind === 'notCreated') return await Promise.reject(result.error);
	if (result.kind === 'unsure') throw submitUnsure(result.why, false, result.httpStatus);
	const { task } = result;
	const submittedAt = clock.now();
	return { taskId: task.id, task, submittedAt, inputs: sentInputs(session, inputs, seeds) };
}

/** What the ledger knows of the task, after the reply to a submit that is still pending in this process. */
async function sentBefore(
	{ service, log }: Session,
	{ entry, item }: PlannedTask,
): Promise<Row | undefined> {
	for (;;) {
		const sent = entry.sent();
		if (sent === undefined || sent.taskId !== undefined || sent.why !== undefined) return sent;
		const { submit = '' } = sent;
		// The reply to another process's submit is never seen here.
		const result = pendingSubmit(submit) ?? Promise.resolve({ ...sent, why: 'no reply' });
		const after = await untilAborted(service.signal, result);
		entry.submitted(submit, after);
		if (after?.taskId !== undefined) log.found(after.taskId, item);
	}
}

/** @throws Failure PAYLOAD_TOO_LARGE when the files turn out larger than they were described */
async function buildBody(
	{ context }: Session,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): Promise<string> {
	const body = requestBody(fillInputs(inputs, seeds, await readFiles(context, inputs)));
	const bytes = Buffer.byteLength(body);
	if (bytes > limits.requestBytes) throw bodyTooLarge(inputs, bytes);
	return body;
}

/** What was sent, without file contents. Adds a notice for values that their titles advise against. */
function sentInputs(
	{ notices }: Session,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): SentInputs {
	const sent = fillInputs(inputs, seeds, describeFiles(inputs));
	for (const { title, value } of Object.values(sent)) {
		if (title !== undefined && isOutOfRange(title, value)) {
			notices.outOfRange.push(`${String(value)} for '${title}'`);
		}
	}
	return sent;
}

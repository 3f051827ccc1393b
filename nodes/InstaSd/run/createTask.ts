import { requestBody, type SentInputs } from '../api/client';
import { untilAborted } from '../api/clock';
import { asFailure, invalidInput, submitUnsure, throwIfFailed } from '../api/failures';
import { limits } from '../api/limits';
import { mayBeSentAnew, type Task } from '../api/task';
import { differingField } from '../credential/credential';
import { bodyTooLarge, drawSeeds, fillInputs, randomInteger } from '../inputs/body';
import type { PlannedInput } from '../inputs/inputTypes';
import { describeFiles, readFiles } from '../inputs/itemFiles';
import { isOutOfRange } from '../inputs/scalars';
import { type OpenTask, pollOnce } from '../wait/statusPoller';
import { submitTask, type Submitted } from '../wait/submit';
import type { Row } from './ledgerRow';
import { pendingSubmit } from './pendingSubmits';
import type { PlannedTask } from './plan';
import type { Session } from './session';

/** A task of this execution, with what was sent. */
export interface CreatedTask extends OpenTask {
	task: Task;
	/** With the seeds, without file contents; undefined where that is not known. */
	inputs: SentInputs | undefined;
}

/** In ms, before an unsure task is sent once more. */
const beforeResubmit = 500;

/**
 * Takes up the task that an earlier try, or another retry, of this execution has paid for, or creates the planned one.
 * This is where money is spent.
 * @param timeoutMs how long the task will be waited for, in ms; undefined where it is not
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function createTask(
	session: Session,
	planned: PlannedTask,
	timeoutMs?: number,
): Promise<CreatedTask> {
	const { service, log } = session;
	const { clock, signal } = service;
	const { entry, item, options } = planned;
	const inputs = planned.inputs();

	for (;;) {
		const sent = entry.sent();
		if (sent?.taskId !== undefined) {
			// It exists: it is taken up, unless it has failed.
			const { taskId } = sent;
			const since = clock.now();
			log.found(taskId, item);
			const task = await pollOnce(service, taskId, timeoutMs);
			if (mayBeSentAnew(task)) {
				entry.failed(taskId);
				continue;
			}
			if (task.state === 'failed') throwIfFailed(task);
			const seeds = entry.seedsOf(sent);
			return { taskId, task, since, inputs: seeds && sentInputs(session, inputs, seeds) };
		}
		if (sent !== undefined && sent.why === undefined) {
			// Its submit is pending: in this process, or its result is lost.
			const settled = pendingSubmit(sent.submit);
			if (settled === undefined) entry.lose(sent);
			else await untilAborted(signal, settled);
			continue;
		}
		// It may exist: it is never sent again, unless the user allows that, and then once.
		const mayResubmit = options.resubmitWhenUnsure && sent?.resubmitted !== true;
		if (sent?.why !== undefined && !mayResubmit) throw submitUnsure(sent.why, true);

		// Nothing is awaited between reading the ledger above and the claim in here.
		const { seeds, result } = await submit(session, planned, inputs, sent);
		if (result.kind === 'created') {
			const { task } = result;
			const submittedAt = clock.now();
			return { taskId: task.id, task, submittedAt, inputs: sentInputs(session, inputs, seeds) };
		}
		if (result.kind === 'notCreated') {
			if (sent?.why !== undefined) throw submitUnsure(sent.why, false);
			signal.throwIfAborted();
			// Not judged by the ledger: another retry may have claimed the task meanwhile.
			throw asFailure(result.error);
		}
		if (!mayResubmit || sent !== undefined) {
			throw submitUnsure(result.why, false, result.httpStatus);
		}
		await clock.sleep(beforeResubmit, signal);
	}
}

/**
 * Claims the task and sends it. In this order: written down, logged, sent, written down, logged. The result is written
 * down even when the run has ended meanwhile: nothing cuts a submit off from its id.
 * @param unsure the row of an earlier submit that may have created the task
 */
async function submit(
	session: Session,
	planned: PlannedTask,
	inputs: readonly PlannedInput[],
	unsure: Row | undefined,
): Promise<{ seeds: number[]; result: Submitted }> {
	const { service, log, pendingSubmits } = session;
	const { entry, item } = planned;
	const seeds = drawSeeds(inputs, randomInteger);
	const claim = entry.claim(service.clock.date(), seeds, unsure);
	const sending = send(session, planned, inputs, seeds);
	const settled = sending.then((result) => {
		entry.settle(claim, result);
		log.sent(result, item);
	});
	pendingSubmits.add(claim.submit, item, settled);
	await untilAborted(service.signal, settled);
	return { seeds, result: await sending };
}

/** Builds the request and sends it. Never rejects. */
async function send(
	session: Session,
	{ item, options }: PlannedTask,
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
): Promise<Submitted> {
	let body: string;
	try {
		await requireSameCredential(session, item);
		body = await buildBody(session, inputs, seeds);
	} catch (error) {
		return { kind: 'notCreated', error };
	}
	session.log.sending(item);
	return await submitTask(session.service, { body, timeoutMs: options.timeoutSeconds * 1000 });
}

/**
 * A submit is a payment, so it must not go to the account of another item.
 * @throws Failure INVALID_INPUT when the credential, by its expressions, is another one for this item than for item 0
 */
async function requireSameCredential(
	{ context, credential }: Session,
	item: number,
): Promise<void> {
	if (item === 0) return;
	const field = differingField(credential, await context.getCredentials('instaSdApi', item));
	if (field === undefined) return;
	throw invalidInput(
		`The credential has another '${field}' for this item than for item 0, and a run of the node uses one`,
		"Nothing was sent for this item. Put the node into 'Loop Over Items' with a batch size of 1: then each item is a run with its own credential.",
	);
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

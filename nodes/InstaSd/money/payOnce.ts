import { untilAborted } from '../api/clock';
import { asFailure, type Failure, failureOf, messageOf, submitUnsure } from '../api/failures';
import type { CallResult } from '../api/retryRules';
import type { Known, PaidTask, PreparedRequest, Task } from '../api/task';
import { submit } from '../wait/call';
import type { Service } from '../wait/service';
import { pollOnce } from '../wait/statusPoller';
import type { LedgerEntry } from './entry';
import type { LimitReached } from './ledger';
import { dateOf } from './record';
import type { TaskLog } from './taskLog';

/** A task to pay for, at most once. */
interface Payable {
	item: number;
	entry: LedgerEntry;
	options: { resubmitWhenUnsure: boolean; timeoutSeconds: number };
}

/** What it is sent with. */
interface Requests {
	/** With the seeds that it was sent with, or with new ones. */
	prepare(seeds?: number[]): PreparedRequest;
	/** Rejects where the task must not be sent after all. */
	body(request: PreparedRequest): Promise<string>;
}

/** The run that pays. */
type Payer = Readonly<{ service: Service; log: TaskLog; operation: { waits: boolean } }>;

/** In ms, before an unsure task is sent once more. */
const beforeResubmit = 500;

/**
 * Returns the task that an earlier try, or another retry, of this execution has paid for, or pays for it. In this order:
 * look, claim, send, settle.
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function payOnce(
	payer: Payer,
	payable: Payable,
	requests: Requests,
): Promise<PaidTask & { task: Task }> {
	const { clock, signal } = payer.service;
	const { entry, options } = payable;
	for (;;) {
		// Look. From here to the claim, nothing is awaited that does not lead back here.
		entry.takeUp();
		const known = entry.look();
		if (known.kind === 'pending') {
			await untilAborted(signal, known.reply);
			continue;
		}
		if (known.kind === 'exists') {
			const found = await find(payer, payable, known, requests);
			if (found === undefined) continue;
			return found;
		}
		const mayResubmit =
			options.resubmitWhenUnsure && !(known.kind === 'unsure' && known.wasResubmitted);
		if (known.kind === 'unsure' && !mayResubmit) throw submitUnsure(known.why, true);

		// Claim.
		const request = requests.prepare();
		const claim = entry.claim(clock.date(), request.seeds);

		// Send and settle, also when the run ends meanwhile: nothing cuts a submit off from its id.
		const settled = send(payer, payable, request, requests).then((result) => {
			entry.settle(claim, result);
			payer.log.sent(result, payable.item);
			return result;
		});
		const result = await untilAborted(signal, settled);

		if (result.kind === 'task') {
			const { task } = result;
			const submitDate = dateOf(claim.record.submit);
			return { taskId: task.id, task, origin: 'sent', knownAt: clock.now(), submitDate, request };
		}
		if (result.kind === 'none') {
			if (known.kind === 'unsure') throw submitUnsure(known.why, false);
			signal.throwIfAborted();
			throw result.failure;
		}
		if (known.kind === 'unsure' || !mayResubmit) throw result.failure;
		await clock.sleep(beforeResubmit, signal);
	}
}

/**
 * The task that was sent before.
 * @returns undefined if it has certainly failed, so that it may be sent anew
 * @throws Failure TASK_FAILED if it may not; or why its status is not known
 */
async function find(
	{ service, log, operation }: Payer,
	{ entry, item, options }: Payable,
	{ taskId, seeds, submitDate }: Extract<Known, { kind: 'exists' }>,
	requests: Requests,
): Promise<(PaidTask & { task: Task }) | undefined> {
	const knownAt = service.clock.now();
	log.found(taskId, item);
	const timeoutMs = operation.waits ? options.timeoutSeconds * 1000 : undefined;
	const task = await pollOnce(service, taskId, timeoutMs);
	if (entry.forgetIfFailed(task)) return undefined;
	const failure = task.state === 'failed' ? failureOf(task) : undefined;
	if (failure !== undefined) throw withoutAnother(failure, entry.ledger.limitReached());
	const request = seeds && requests.prepare(seeds);
	return { taskId, task, origin: 'found', knownAt, submitDate, request };
}

/** The failure of a task in whose place no other is sent. */
function withoutAnother(failure: Failure, limit: LimitReached | undefined): Failure {
	if (limit === undefined) return failure;
	const { message, task } = failure.details;
	return failure.with({
		message: `${message}; no other was created, because ${limit.why}`,
		description: limit.advice,
		task: task && { ...task, mayNotBeResent: true },
	});
}

/** Sends a claimed task. Never rejects. */
async function send(
	{ service, log }: Payer,
	{ item, options }: Payable,
	request: PreparedRequest,
	requests: Requests,
): Promise<CallResult> {
	try {
		const body = await requests.body(request);
		log.sending(item);
		return await submit(service, { body, timeoutMs: options.timeoutSeconds * 1000 });
	} catch (error) {
		// It was not sent: what is sent does not reject.
		return { kind: 'none', why: messageOf(error), failure: asFailure(error) };
	}
}

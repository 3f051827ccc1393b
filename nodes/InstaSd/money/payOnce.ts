import { untilAborted } from '../api/clock';
import { asFailure, submitUnsure, throwIfFailed } from '../api/failures';
import type { Task } from '../api/task';
import type { PreparedRequest } from '../inputs/body';
import type { Service } from '../wait/service';
import { type OpenTask, pollOnce } from '../wait/statusPoller';
import type { LedgerEntry } from './ledger';
import { submitTask, type Submitted } from './submit';
import type { TaskLog } from './taskLog';
import { dateOf } from './verdict';

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

/** A task that exists and is paid for. */
export interface PaidTask extends OpenTask {
	task: Task;
	/** What it was sent with; undefined where other values are planned now. */
	request: PreparedRequest | undefined;
	/** The date of its submit, in ms since 1970; undefined where an earlier version wrote it down. */
	submitDate: number | undefined;
}

/** In ms, before an unsure task is sent once more. */
const beforeResubmit = 500;

/**
 * Returns the task that an earlier try, or another retry, of this execution has paid for, or pays for it. In this order:
 * look, claim, send, settle.
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function payOnce(
	{ service, log, operation }: Payer,
	{ entry, item, options }: Payable,
	requests: Requests,
): Promise<PaidTask> {
	const { clock, signal } = service;
	const timeoutMs = options.timeoutSeconds * 1000;
	for (;;) {
		// Look. Until the claim, nothing is awaited that does not lead back here.
		const verdict = entry.verdict();
		if (verdict.kind === 'pending') {
			await untilAborted(signal, verdict.reply);
			continue;
		}
		if (verdict.kind === 'exists') {
			const { taskId, seeds, submitDate } = verdict;
			const since = clock.now();
			log.found(taskId, item);
			const task = await pollOnce(service, taskId, operation.waits ? timeoutMs : undefined);
			if (entry.forgetIfFailed(task)) continue;
			if (task.state === 'failed') throwIfFailed(task);
			const request = seeds && requests.prepare(seeds);
			return { taskId, task, isOwn: true, request, since, submitDate };
		}
		const isUnsure = verdict.kind === 'unsure';
		const mayResubmit = options.resubmitWhenUnsure && !(isUnsure && verdict.wasResubmitted);
		if (isUnsure && !mayResubmit) throw submitUnsure(verdict.why, true);

		// Claim and send.
		const request = requests.prepare();
		const claim = entry.claim(clock.date(), request.seeds);
		const sending = requests
			.body(request)
			.then(async (body) => {
				log.sending(item);
				return await submitTask(service, { body, timeoutMs });
			})
			.catch((error: unknown): Submitted => ({ kind: 'notCreated', error }));
		const settled = sending.then((result) => {
			// Settle, also when the run has ended meanwhile: nothing cuts a submit off from its id.
			entry.settle(claim, result);
			log.sent(result, item);
			return result;
		});
		const result = await untilAborted(signal, settled);

		if (result.kind === 'created') {
			const { task } = result;
			const submitDate = dateOf(claim.submit);
			return { taskId: task.id, task, isOwn: true, request, submittedAt: clock.now(), submitDate };
		}
		if (result.kind === 'notCreated') {
			if (isUnsure) throw submitUnsure(verdict.why, false);
			signal.throwIfAborted();
			// Not judged by the ledger: another retry may have claimed the task meanwhile.
			throw asFailure(result.error);
		}
		if (isUnsure || !mayResubmit) throw submitUnsure(result.why, false, result.httpStatus);
		await clock.sleep(beforeResubmit, signal);
	}
}

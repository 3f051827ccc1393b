import { Failure, hasCode, onFailure } from '../api/failures';
import type { Task } from '../api/schemas';
import { bodyOf, drawSeeds, fillIn, longestBody, tooLarge, type SentInputs } from '../inputs/body';
import { describeFiles, readFiles } from '../inputs/files';
import { randomInteger } from '../inputs/seeds';
import type { Ledger, TaskKey } from '../wait/ledger';
import { submitTask } from '../wait/submit';
import { askStatus } from '../wait/track';
import type { PlannedTask } from './planTasks';
import type { Session } from './session';

/** A task that exists at the service. */
export interface CreatedTask {
	task: Task;
	/** When it was submitted, ms since 1970; undefined when an earlier try of this execution did it. */
	submittedAt: number | undefined;
	/** What was sent, with the seeds, without file contents; undefined where an earlier try sent other values. */
	sent: SentInputs | undefined;
}

/**
 * Creates the task of a plan, or takes up the one that an earlier try of this execution has paid for.
 * @throws Failure SUBMIT_UNSURE when a task may exist, now or from an earlier try; or why there is none
 */
export async function createTask(
	session: Session,
	ledger: Ledger,
	key: TaskKey,
	plan: PlannedTask,
): Promise<CreatedTask> {
	const entry = ledger.find(key, plan.hashes);
	if (entry?.kind === 'unsure' && !plan.options.resubmitWhenUnsure) throw stillUnsure();
	const inputs = plan.inputs();
	if (entry?.kind === 'sent') {
		const task = await askStatus(session.calls, entry.taskId);
		if (task.state !== 'failed') {
			return {
				task,
				submittedAt: undefined,
				sent: entry.seeds && fillIn(inputs, entry.seeds, describeFiles(inputs)),
			};
		}
	}

	const seeds = drawSeeds(inputs, randomInteger);
	const body = bodyOf(fillIn(inputs, seeds, await readFiles(session.context, inputs)));
	const bytes = Buffer.byteLength(body);
	if (bytes > longestBody) throw tooLarge(inputs, bytes);

	session.calls.signal.throwIfAborted();
	ledger.sending(key, plan.hashes, seeds);
	session.trace.submitting(plan.item);
	const submittedAt = session.calls.clock.now();
	const submitted = submitTask(session.calls, body, plan.options.resubmitWhenUnsure);
	const known = onFailure(submitted, (error) => {
		if (!hasCode(error, 'SUBMIT_UNSURE')) ledger.forget(key);
	}).then((created) => {
		ledger.sent(key, created.id);
		session.trace.submitted(created.id, plan.item);
		return created;
	});
	const task = await session.protect(known);
	return { task, submittedAt, sent: fillIn(inputs, seeds, describeFiles(inputs)) };
}

function stillUnsure(): Failure {
	return new Failure({
		code: 'SUBMIT_UNSURE',
		message:
			'An earlier try of this execution sent the task and got no reply, so it was not sent again',
		description:
			"The task may exist and may have been charged. Look for it in InstaSD; if it is not there, run the workflow anew. To send such tasks again all the same, set the option 'Resubmit When Unsure'.",
	});
}

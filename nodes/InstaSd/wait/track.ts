import { Failure, notFinished } from '../api/failures';
import { limits } from '../api/limits';
import type { Task } from '../api/replies';
import { isOver } from '../api/status';
import { callFailed, type Trouble } from './callFailures';
import { longestPause, nextPause } from './pace';
import { Questions } from './questions';
import type { Service } from './service';
import type { Siblings } from './siblings';
import { endBySteps, withSteps, type Steps } from './steps';

/** How many questions for a task may come sooner because of a prediction: more than these would cost more than they save. */
const mostEarly = 2;

export interface Patience {
	/** How long to wait for the task, in ms. */
	timeoutMs: number;
	/** Since when it is waited for, on the clock; from now on unless given. */
	since?: number | undefined;
	/** A fixed pause between questions in ms; undefined for an adaptive one. */
	intervalMs: number | undefined;
	/** The tasks of the same run: they learn from this one how long such a task takes. */
	siblings: Siblings;
	/** When the task was submitted, on the clock; undefined when somebody else did it. */
	submittedAt: number | undefined;
}

/**
 * Asks once for a task's status, over and over as long as the question itself fails.
 * @param timeoutMs how long the task is waited for, in ms; undefined where it is not
 * @throws Failure when the status cannot be had: WAIT_TIMEOUT when the task's time is up
 */
export async function askStatus(
	service: Service,
	taskId: string,
	timeoutMs?: number,
): Promise<Task> {
	const deadline = service.clock.now() + (timeoutMs ?? limits.unreachableMs);
	const questions = new Questions(service, taskId, deadline);
	const task = await questions.answer();
	if (task !== undefined) return task;
	const { trouble = tooManyAtOnce } = questions;
	if (timeoutMs === undefined) throw callFailed(trouble, taskId);
	throw waitTimeout(timeoutMs, { taskId, trouble: trouble.words });
}

/**
 * Waits until a task is over, asking at the pace of {@link nextPause}.
 * @returns the task that is over, well or badly; see {@link completed}
 * @throws Failure WAIT_TIMEOUT, or why its status cannot be had; always with the task's id
 */
export async function trackTask(
	service: Service,
	taskId: string,
	{ timeoutMs, since, intervalMs, siblings, submittedAt }: Patience,
): Promise<Task> {
	const { clock, random } = service;
	const startedAt = since ?? clock.now();
	const deadline = startedAt + timeoutMs;
	const questions = new Questions(service, taskId, deadline);
	let steps: Steps = { estimated: 0 };
	let early = 0;
	let runningMs = 0;
	let status: string | undefined;
	// Tasks that are submitted together are asked for at different moments, and so tell each other more.
	if (submittedAt !== undefined && intervalMs === undefined) {
		await questions.pause(longestPause(0) * random());
	}
	for (;;) {
		const task = await questions.answer();
		const now = clock.now();
		const ageMs = now - (submittedAt ?? startedAt);
		if (task !== undefined && isOver(task)) {
			if (task.state === 'completed' && submittedAt !== undefined) siblings.ended(runningMs, ageMs);
			return task;
		}
		status = task?.status ?? status;
		if (task === undefined || now >= deadline) {
			throw waitTimeout(timeoutMs, { taskId, status, trouble: questions.trouble?.words });
		}
		steps = withSteps(steps, task, ageMs);
		runningMs = ageMs;
		const endsMs = early < mostEarly ? [endBySteps(steps), ...siblings.endsMs()] : [];
		const pause = intervalMs ?? nextPause(ageMs, endsMs);
		if (pause < longestPause(ageMs)) early += 1;
		await questions.pause(pause);
	}
}

/**
 * A task that is over, when it has ended well.
 * @throws Failure TASK_FAILED when the service itself reported it as failed
 */
export function completed(task: Task): Task {
	if (task.state !== 'failed') return task;
	const reason = task.reason ?? 'the service gave no reason';
	throw new Failure({
		code: 'TASK_FAILED',
		message: `Task ${task.id} ended as ${task.status.slice(0, 50)}: ${reason}`,
		description:
			'The task failed at the service. Check its inputs, for instance links that the service cannot open; running it again makes a new task.',
		taskId: task.id,
		status: task.status,
		links: task.links.map(({ url }) => url),
	});
}

function waitTimeout(timeoutMs: number, known: Parameters<typeof notFinished>[0]): Failure {
	return notFinished(known, `after ${Math.round(timeoutMs / 1000)} s`, 'Timeout (Seconds)');
}

/** The trouble of a question whose turn has not come among all those of its run. */
const tooManyAtOnce: Trouble = {
	code: 'RATE_LIMITED',
	words: 'the service allows too few requests for all tasks of the run',
};

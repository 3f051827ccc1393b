import { failureCodes } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { limits } from '../api/limits';
import { parseTask, type Task } from '../api/replies';
import { isOver } from '../api/status';
import { isBelieved, isDoubtful } from './belief';
import { nextPollDelay } from './pace';
import { createRepeats, type Repeats } from './repeats';
import type { Service } from './service';
import type { Siblings } from './siblings';
import { addSighting, submitted, workTime, type Sighting } from './sightings';

/** How long in ms to wait before an end that nothing confirms is asked for again. */
const beforeSecondLook = 1_000;

export interface Patience {
	/** How long to wait for the task, in ms from now. */
	timeoutMs: number;
	/** A fixed pause between questions in ms; undefined for an adaptive one. */
	intervalMs: number | undefined;
	/** The tasks of the same run: they learn from this one how long such a task takes. */
	siblings: Siblings;
	/** When the task was submitted, ms since 1970; undefined when somebody else did it. */
	submittedAt: number | undefined;
}

/**
 * Asks once for a task's status, over and over as long as the question itself fails.
 * @throws Failure when the status cannot be had
 */
export async function askStatus(service: Service, taskId: string): Promise<Task> {
	const { clock, signal } = service;
	const startedAt = clock.now();
	const repeats = createRepeats(service, startedAt, { taskId });
	const seen: Seen = { isNamed: false };
	let before: Task | undefined;
	for (;;) {
		const task = await ask(service, taskId, repeats, seen);
		if (task === undefined) {
			before = undefined;
			continue;
		}
		if (isBelieved(task, before)) return task;
		if (clock.now() - startedAt > limits.unreachableMs) throw contradicts(task);
		before = task;
		await clock.sleep(beforeSecondLook, signal);
	}
}

/**
 * Waits until a task is over, asking at the pace of {@link nextPollDelay}.
 * @returns the task that is over, well or badly; see {@link completed}
 * @throws Failure WAIT_TIMEOUT, or why its status cannot be had; always with the task's id
 */
export async function trackTask(
	service: Service,
	taskId: string,
	patience: Patience,
): Promise<Task> {
	const { clock, signal } = service;
	const startedAt = clock.now();
	const since = patience.submittedAt ?? startedAt;
	const deadline = startedAt + patience.timeoutMs;
	const repeats = createRepeats(service, since, { taskId, deadline });
	const sightings: Sighting[] = patience.submittedAt === undefined ? [] : [submitted];
	let roundTripMs = Infinity;
	const seen: Seen = { isNamed: false };
	let before: Task | undefined;
	for (;;) {
		const askedAt = clock.now();
		const task = await ask(service, taskId, repeats, seen);
		if (task === undefined) {
			before = undefined;
			continue;
		}
		const now = clock.now();
		if (!isBelieved(task, before)) {
			if (now >= deadline + beforeSecondLook) throw waitTimeout(task, patience.timeoutMs);
			before = task;
			await clock.sleep(beforeSecondLook, signal);
			continue;
		}
		before = undefined;
		const ageMs = now - since;
		if (task.state === 'completed') {
			patience.siblings.completed(workTime(sightings, ageMs));
		}
		if (isOver(task)) return task;
		if (now >= deadline) throw waitTimeout(task, patience.timeoutMs);
		addSighting(sightings, task, ageMs);
		// The quickest one, because another can hold a pause that the service has asked for.
		roundTripMs = Math.min(roundTripMs, now - askedAt);
		const siblingsMs = patience.siblings.workMs();
		const pause =
			patience.intervalMs ?? nextPollDelay({ ageMs, sightings, siblingsMs, roundTripMs });
		await clock.sleep(Math.min(pause, deadline - now), signal);
	}
}

/** Whether a reply has named the task: then a failure that names none is not this task's, however often it is told. */
interface Seen {
	isNamed: boolean;
}

/** One question; undefined after a bad reply that may be asked for again, and the pause that it takes. */
async function ask(
	service: Service,
	taskId: string,
	repeats: Repeats,
	seen: Seen,
): Promise<Task | undefined> {
	await service.coolDown.over(service.signal);
	const reply = await service.client.taskStatus(taskId);
	service.signal.throwIfAborted();
	const readable = reply.kind === 'answer' && reply.httpStatus >= 200 && reply.httpStatus < 300;
	const task = readable ? parseTask(reply, taskId) : undefined;
	if (task?.isNamed) seen.isNamed = true;
	if (task === undefined || (seen.isNamed && task.state === 'failed' && isDoubtful(task))) {
		await repeats.afterBadReply('status', reply);
		return undefined;
	}
	repeats.reset();
	return task;
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

/** The failure of a question whose answers are ends, but never the same twice. */
function contradicts(task: Task): Failure {
	return new Failure({
		code: 'BAD_REPLY',
		message: `The status of task ${task.id} is not known: the service says in turn that it has ended well and badly`,
		description: `${failureCodes.BAD_REPLY.advice} The task id is ${task.id}.`,
		taskId: task.id,
		status: task.status,
	});
}

function waitTimeout(task: Task, timeoutMs: number): Failure {
	return new Failure({
		code: 'WAIT_TIMEOUT',
		message: `Task ${task.id} is not finished after ${Math.round(timeoutMs / 1000)} s (${task.status.slice(0, 50)})`,
		description:
			"The task goes on at the service and is not lost: wait for it with the operation 'Wait for Task' and this id, or give it more time with the option 'Timeout (Seconds)'.",
		taskId: task.id,
		status: task.status,
	});
}

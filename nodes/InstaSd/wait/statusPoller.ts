import { type Failure, notFinished } from '../api/failures';
import { limits } from '../api/limits';
import type { CallResult } from '../api/retryRules';
import { isOver, isUnconfirmed, type PaidTask, type Task } from '../api/task';
import { askStatus, sleepUntilDeadline } from './call';
import { longestPause, nextPause } from './pace';
import type { Service } from './service';

/** Pause in ms before polling again to confirm an end, or for links that are missing. */
const beforeSecondLook = 1_000;
/** How many polls of a task may come early because of a prediction: more would cost more than they save. */
const mostEarly = 2;

/**
 * Gets a task's status once; only a failed call is retried.
 * @param timeoutMs of a task that an earlier try has created, in ms; undefined if nobody waits for the task
 * @throws Failure when the status is unavailable: WAIT_TIMEOUT after the task's timeout
 */
export async function pollOnce(
	service: Service,
	taskId: string,
	timeoutMs?: number,
): Promise<Task> {
	const poller = new StatusPoller(service, taskId, timeoutMs ?? limits.unreachableMs);
	const polled = await poller.poll();
	if (polled.kind === 'task') return polled.task;
	if (timeoutMs === undefined || polled.kind === 'none') throw polled.failure;
	throw waitTimeout(timeoutMs, { taskId, lastAnswer: polled.why, isOwn: true });
}

/** What is known of a task that is waited for. */
type Awaited = Pick<PaidTask, 'taskId' | 'origin' | 'knownAt' | 'task'>;

/**
 * Polls a task until it is over, at the pace of {@link nextPause}. The time it took improves the estimate for the other
 * tasks of the run.
 * @returns the completed or failed task
 * @param onDescribed called with the task as each reply describes it
 * @throws Failure WAIT_TIMEOUT, or why its status is unavailable; always with the task's id
 */
export async function pollUntilDone(
	service: Service,
	paid: Awaited,
	{ timeoutSeconds }: { timeoutSeconds: number },
	onDescribed: (task: Task) => void = () => {},
): Promise<Task> {
	const { knownAt, origin, taskId } = paid;
	let { task } = paid;
	const isNew = origin === 'sent';
	// A task from an earlier attempt may already be over.
	if (!isNew && task?.state === 'completed') return task;
	const { clock, estimate, random } = service;
	const timeoutMs = timeoutSeconds * 1000;
	const deadline = knownAt + timeoutMs;
	const poller = new StatusPoller(service, taskId, timeoutMs, deadline);
	let early = 0;
	let runningMs = 0;
	// Tasks submitted together are polled at different moments, which makes the estimate more precise.
	if (isNew) await poller.pause(longestPause(0) * random());
	for (;;) {
		const polled = await poller.poll();
		if (polled.kind === 'none') throw polled.failure;
		const now = clock.now();
		const ageMs = now - knownAt;
		if (polled.kind === 'task') {
			task = polled.task;
			onDescribed(task);
			if (task.state === 'completed' && isNew) estimate.add(runningMs, ageMs);
			if (isOver(task)) return task;
		}
		if (polled.kind === 'unsure' || now >= deadline) {
			const lastAnswer = polled.kind === 'unsure' ? polled.why : undefined;
			throw waitTimeout(timeoutMs, { taskId, task, lastAnswer, isOwn: origin !== 'named' });
		}
		runningMs = ageMs;
		const pause = nextPause(ageMs, early < mostEarly ? estimate.likelyEndsMs() : []);
		if (pause < longestPause(ageMs)) early += 1;
		await poller.pause(pause);
	}
}

/**
 * A completed task with its links: a service may report the end before it has stored the files.
 * @returns the task unchanged if no links arrive in time, or if its status is no longer available
 */
export async function withLateLinks(service: Service, task: Task): Promise<Task> {
	if (task.state !== 'completed' || task.links.length > 0) return task;
	const { clock } = service;
	const deadline = clock.now() + limits.lateLinksMs;
	const poller = new StatusPoller(service, task.id, limits.lateLinksMs, deadline);
	while (clock.now() < deadline) {
		await poller.pause(beforeSecondLook);
		const polled = await poller.poll();
		if (polled.kind !== 'task') return task;
		if (polled.task.state === 'completed' && polled.task.links.length > 0) return polled.task;
	}
	return task;
}

/** Polls one task. */
class StatusPoller {
	/** Whether a reply has named the task. */
	private wasNamed = false;

	/** @param deadline when the last question is asked, on the clock; `timeoutMs` is how long that was off at first */
	constructor(
		private readonly service: Service,
		private readonly taskId: string,
		private readonly timeoutMs: number,
		private readonly deadline = service.clock.now() + timeoutMs,
	) {}

	/** Polls until a call succeeds and, if it reports an end that needs confirmation, until the next one confirms it. */
	async poll(): Promise<CallResult> {
		const { taskId, deadline, timeoutMs } = this;
		let unconfirmed: Task | undefined;
		for (;;) {
			const before = unconfirmed && notConfirmed(unconfirmed);
			const question = { taskId, deadline, timeoutMs, wasNamed: this.wasNamed, before };
			const result = await askStatus(this.service, question);
			if (result.kind !== 'task') return result;
			const { task } = result;
			this.wasNamed ||= task.isNamed;
			if (!isUnconfirmed(task) || unconfirmed?.state === task.state) return result;
			unconfirmed = task;
			await this.pause(beforeSecondLook);
		}
	}

	async pause(ms: number): Promise<void> {
		await sleepUntilDeadline(this.service, this.deadline, ms);
	}
}

function notConfirmed({ status }: Task): string {
	return `the service replied ${status} without a task id, and did not confirm it`;
}

function waitTimeout(timeoutMs: number, known: Parameters<typeof notFinished>[0]): Failure {
	return notFinished(known, `after ${Math.round(timeoutMs / 1000)} s`, 'timeoutSeconds');
}

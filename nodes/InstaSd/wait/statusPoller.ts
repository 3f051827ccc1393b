import { Failure, notFinished } from '../api/failures';
import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import type { CallProblem } from '../api/retryRules';
import { isOver, parseTask, type Task } from '../api/task';
import { type Answer, callFailed, makeCall, noTurn } from './call';
import { longestPause, nextPause } from './pace';
import type { Service } from './service';

/** Pause in ms before polling again to confirm an end, or for links that are missing. */
const beforeSecondLook = 1_000;
/** Timeout in ms of the last status call, made at the deadline. */
const lastReplyMs = 1_000;
/** How many polls of a task may come early because of a prediction: more would cost more than they save. */
const mostEarly = 2;

/** A task that exists at the service. */
export interface OpenTask {
	taskId: string;
	/** As the service last described it; undefined before the first reply. */
	task?: Task | undefined;
	/** When its id arrived, on the clock; undefined if another node or an earlier attempt submitted it. */
	submittedAt?: number;
	/** When this attempt started to wait for it, on the clock; now by default. */
	since?: number;
	/** Whether this node creates such tasks: then running it again pays for another one. */
	isOwn?: boolean;
}

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
	const deadline = service.clock.now() + (timeoutMs ?? limits.unreachableMs);
	const poller = new StatusPoller(service, taskId, deadline);
	const task = await poller.poll();
	if (task !== undefined) return task;
	const { problem = noTurn } = poller;
	if (timeoutMs === undefined) throw callFailed(problem, taskId);
	throw waitTimeout(timeoutMs, { taskId, lastAnswer: problem.reason, isOwn: true });
}

/**
 * Polls a task until it is over, at the pace of {@link nextPause}. The time it took improves the estimate for the other
 * tasks of the run.
 * @param open gets the task as each reply describes it
 * @returns the completed or failed task
 * @throws Failure WAIT_TIMEOUT, or why its status is unavailable; always with the task's id
 */
export async function pollUntilDone(
	service: Service,
	open: OpenTask,
	{ timeoutSeconds }: { timeoutSeconds: number },
): Promise<Task> {
	const { isOwn, taskId, task: known, submittedAt, since } = open;
	// A task from an earlier attempt may already be over.
	if (submittedAt === undefined && known?.state === 'completed') return known;
	const { clock, estimate, random } = service;
	const timeoutMs = timeoutSeconds * 1000;
	const startedAt = since ?? clock.now();
	const deadline = startedAt + timeoutMs;
	const poller = new StatusPoller(service, taskId, deadline);
	let early = 0;
	let runningMs = 0;
	// Tasks submitted together are polled at different moments, which makes the estimate more precise.
	if (submittedAt !== undefined) await poller.pause(longestPause(0) * random());
	for (;;) {
		const task = await poller.poll();
		const now = clock.now();
		const ageMs = now - (submittedAt ?? startedAt);
		if (task !== undefined && isOver(task)) {
			if (task.state === 'completed' && submittedAt !== undefined) estimate.add(runningMs, ageMs);
			return task;
		}
		open.task = task ?? open.task;
		if (task === undefined || now >= deadline) {
			const lastAnswer = poller.problem?.reason;
			throw waitTimeout(timeoutMs, { taskId, task: open.task, lastAnswer, isOwn });
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
	const poller = new StatusPoller(service, task.id, deadline);
	while (clock.now() < deadline) {
		await poller.pause(beforeSecondLook);
		const answer = await poller.poll().catch(async (error: unknown) => {
			return error instanceof Failure ? undefined : await Promise.reject(error);
		});
		if (answer === undefined) return task;
		if (answer.state === 'completed' && answer.links.length > 0) return answer;
	}
	return task;
}

/** Polls one task. */
class StatusPoller {
	/** Why there has been no usable reply since the last one; undefined if nothing went wrong. */
	problem: CallProblem | undefined;

	private readonly timeoutMs: number;
	/** Whether a reply has named the task: then a failure without an id is not this task's, however often it comes. */
	private isNamed = false;

	/** @param deadline when the last status call is made, on the clock */
	constructor(
		private readonly service: Service,
		private readonly taskId: string,
		private readonly deadline: number,
	) {
		this.timeoutMs = deadline - service.clock.now();
	}

	/**
	 * Polls until a call succeeds and, if it reports an end that needs confirmation, until the next one confirms it.
	 * @returns undefined after the deadline
	 * @throws Failure when the status is unavailable
	 */
	async poll(): Promise<Task | undefined> {
		const latest = this.deadline + lastReplyMs;
		let unconfirmed: Task | undefined;
		while (this.service.clock.now() < latest) {
			const answer = await this.ask(latest);
			if (answer.kind === 'failed') throw callFailed(answer.problem, this.taskId);
			if (answer.kind === 'late') {
				this.problem = answer.problem ?? this.problem;
				return undefined;
			}
			const task = answer.value;
			this.problem = undefined;
			if (!needsConfirmation(task) || unconfirmed?.state === task.state) return task;
			this.problem = {
				code: 'BAD_REPLY',
				retry: 'again',
				reason: `the service replied ${task.status} without a task id, and did not confirm it`,
			};
			unconfirmed = task;
			await this.pause(beforeSecondLook);
		}
		return undefined;
	}

	private async ask(latest: number): Promise<Answer<Task>> {
		const { client, signal } = this.service;
		return await makeCall(this.service, {
			kind: 'status',
			send: async (begunAt) => {
				const callMs = Math.min(limits.statusMs, latest - begunAt);
				const reply = await client.taskStatus(this.taskId, callMs);
				signal.throwIfAborted();
				return reply;
			},
			read: (reply) => this.read(reply),
			latest: () => latest,
			longestPause: this.timeoutMs,
			pause: async (ms) => await this.pause(ms),
		});
	}

	/** Sleeps for `ms`, but not past the deadline, nor past the end of the last status call. */
	async pause(ms: number): Promise<void> {
		const { clock, signal } = this.service;
		const now = clock.now();
		const end = now < this.deadline ? this.deadline : this.deadline + lastReplyMs;
		await clock.sleep(Math.min(ms, end - now), signal);
	}

	/** The task as a reply describes it; undefined if it describes no task, or another one. */
	private read(reply: Reply): Task | undefined {
		const isReadable =
			reply.kind === 'received' && reply.httpStatus >= 200 && reply.httpStatus < 300;
		const task = isReadable ? parseTask(reply, this.taskId, this.service.baseUrl) : undefined;
		if (task?.isNamed) this.isNamed = true;
		const isAnothers = task?.state === 'failed' && this.isNamed && needsConfirmation(task);
		return isAnothers ? undefined : task;
	}
}

/**
 * Whether an end may not be this task's: the reply has neither its id nor the links of a completed task. An error from a
 * proxy or another part of the service says nothing about the task; but a service may leave out the id everywhere.
 */
function needsConfirmation(task: Task): boolean {
	return isOver(task) && !task.isNamed && !(task.state === 'completed' && task.links.length > 0);
}

function waitTimeout(timeoutMs: number, known: Parameters<typeof notFinished>[0]): Failure {
	return notFinished(known, `after ${Math.round(timeoutMs / 1000)} s`, 'timeoutSeconds');
}

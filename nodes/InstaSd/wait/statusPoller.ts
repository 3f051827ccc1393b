import { Failure, notFinished } from '../api/failures';
import { limits } from '../api/limits';
import type { Reply } from '../api/reply';
import { type CallProblem, classifyReply } from '../api/retryRules';
import { isOver, parseTask, type Task } from '../api/task';
import { endBySteps, longestPause, nextPause, type Steps, withSteps } from './pace';
import { callFailed, pauseTooLong, RetryPolicy } from './retryPolicy';
import type { Service } from './service';

/** How long in ms to wait before an end that must be confirmed, or links that are missing, are asked for again. */
const beforeSecondLook = 1_000;
/** How long in ms the last call, made when the time is up, may take. */
const lastReplyMs = 1_000;
/** How many calls for a task may come early because of a prediction: more would cost more than they save. */
const mostEarly = 2;
/** In ms; polling more often only burdens the service. */
const shortestInterval = 250;

/** A task that exists at the service. */
export interface OpenTask {
	taskId: string;
	/** As the service described it last; undefined when it was not asked yet. */
	task?: Task;
	/** When its id came, on the clock; undefined when somebody else, or an earlier try, submitted it. */
	submittedAt?: number;
	/** Since when this try waits for it, on the clock; from now on unless given. */
	since?: number;
}

interface WaitOptions {
	timeoutSeconds: number;
	/** Seconds between two status calls; 0 for an adaptive pace. */
	pollingInterval: number;
}

/**
 * Asks for a task's status once, repeating the call only where it fails.
 * @param timeoutMs how long the task is waited for, in ms; undefined where it is not
 * @throws Failure when the status cannot be had: WAIT_TIMEOUT when the task's time is up
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
	throw waitTimeout(timeoutMs, { taskId, lastAnswer: problem.reason });
}

/**
 * Waits until a task is over, asking at the pace of {@link nextPause}. How long it took improves the estimate for the
 * other tasks of the run.
 * @returns the task that is over, well or badly; see {@link throwIfFailed}
 * @throws Failure WAIT_TIMEOUT, or why its status cannot be had; always with the task's id
 */
export async function pollUntilDone(
	service: Service,
	{ taskId, task: known, submittedAt, since }: OpenTask,
	{ timeoutSeconds, pollingInterval }: WaitOptions,
): Promise<Task> {
	// A task that an earlier try submitted may have ended meanwhile.
	if (submittedAt === undefined && known?.state === 'completed') return known;
	const { clock, estimate, random } = service;
	const intervalMs =
		pollingInterval === 0 ? undefined : Math.max(shortestInterval, pollingInterval * 1000);
	const timeoutMs = timeoutSeconds * 1000;
	const startedAt = since ?? clock.now();
	const deadline = startedAt + timeoutMs;
	const poller = new StatusPoller(service, taskId, deadline);
	let steps: Steps = { estimated: 0 };
	let early = 0;
	let runningMs = 0;
	let last: Task | undefined;
	// Tasks that are submitted together are polled at different moments, and so improve the estimate more.
	if (submittedAt !== undefined && intervalMs === undefined) {
		await poller.pause(longestPause(0) * random());
	}
	for (;;) {
		const task = await poller.poll();
		const now = clock.now();
		const ageMs = now - (submittedAt ?? startedAt);
		if (task !== undefined && isOver(task)) {
			if (task.state === 'completed' && submittedAt !== undefined) estimate.add(runningMs, ageMs);
			return task;
		}
		last = task ?? last;
		if (task === undefined || now >= deadline) {
			throw waitTimeout(timeoutMs, { taskId, task: last, lastAnswer: poller.problem?.reason });
		}
		steps = withSteps(steps, task, ageMs);
		runningMs = ageMs;
		const endsMs = early < mostEarly ? [endBySteps(steps), ...estimate.likelyEndsMs()] : [];
		const pause = intervalMs ?? nextPause(ageMs, endsMs);
		if (pause < longestPause(ageMs)) early += 1;
		await poller.pause(pause);
	}
}

/**
 * A completed task with its links: a service can report the end before it has stored the files.
 * @returns the task as it was where no links come in time, or where its status can no longer be had
 */
export async function withLateLinks(service: Service, task: Task): Promise<Task> {
	const isComplete = ({ state, links }: Task) => state === 'completed' && links.length > 0;
	if (task.state !== 'completed' || isComplete(task)) return task;
	const { clock } = service;
	const deadline = clock.now() + limits.lateLinksMs;
	const poller = new StatusPoller(service, task.id, deadline);
	while (clock.now() < deadline) {
		await poller.pause(beforeSecondLook);
		const answer = await poller.poll().catch(async (error: unknown) => {
			return error instanceof Failure ? undefined : await Promise.reject(error);
		});
		if (answer === undefined) return task;
		if (isComplete(answer)) return answer;
	}
	return task;
}

/**
 * @returns the task, where it has not failed
 * @throws Failure TASK_FAILED when the service itself reported it as failed
 */
export function throwIfFailed(task: Task): Task {
	if (task.state !== 'failed' && task.state !== 'expired') return task;
	const { id, isNamed, links, reason = 'the service gave no reason', state, status } = task;
	throw new Failure({
		code: 'TASK_FAILED',
		message: isNamed
			? `Task ${id} ended as ${status}: ${reason}`
			: `Task ${id} seems to have ended as ${status}, in replies that do not name it: ${reason}`,
		description: adviceAfter(task),
		taskId: id,
		status,
		mayNotBeResent: !isNamed || state === 'expired',
		links: links.map(({ url }) => url),
	});
}

function adviceAfter({ id, isNamed, state }: Task): string {
	if (state === 'expired') {
		return 'The task was finished, and the service no longer has its result. A retry of this execution does not send it again; a new run makes a new task.';
	}
	return isNamed
		? 'The task failed at the service. Check its inputs, for instance links that the service cannot open; running it again makes a new task.'
		: `It may still run, so a retry of this execution asks for it again and sends nothing. To ask yourself, use the operation 'Get Status' with its id, ${id}.`;
}

/** Asks for the status of one task. */
class StatusPoller {
	/** Why there was no usable answer since the last one; undefined where nothing went wrong. */
	problem: CallProblem | undefined;

	private readonly retry: RetryPolicy;
	private readonly timeoutMs: number;
	/** Whether a reply has named the task: then a failure that names none is not this task's, however often it comes. */
	private isNamed = false;

	/** @param deadline when the last call is made, on the clock */
	constructor(
		private readonly service: Service,
		private readonly taskId: string,
		private readonly deadline: number,
	) {
		this.retry = new RetryPolicy(service, { taskId, pause: async (ms) => await this.pause(ms) });
		this.timeoutMs = deadline - service.clock.now();
	}

	/**
	 * Asks until the call succeeds and, where the answer is an end that must be confirmed, the next one confirms it.
	 * @returns undefined when the time is up
	 * @throws Failure when the status cannot be had
	 */
	async poll(): Promise<Task | undefined> {
		const { client, clock, rate, signal } = this.service;
		const { taskId } = this;
		const latest = this.deadline + lastReplyMs;
		let unconfirmed: Task | undefined;
		while (clock.now() < latest) {
			const begunAt = await rate.turn(latest);
			if (begunAt === undefined) {
				const pauseMs = rate.pausedUntil - clock.now();
				if (pauseMs > this.timeoutMs) throw callFailed(pauseTooLong(pauseMs), taskId);
				return undefined;
			}
			const callMs = Math.min(limits.statusMs, latest - begunAt);
			const reply = await client.taskStatus(taskId, callMs);
			signal.throwIfAborted();
			const task = this.read(reply);
			if (task === undefined) {
				unconfirmed = undefined;
				this.problem = classifyReply('status', reply, clock.date());
				await this.retry.waitAfter(this.problem, begunAt);
				continue;
			}
			rate.answered();
			this.retry.reset();
			this.problem = undefined;
			if (!needsConfirmation(task) || unconfirmed?.state === task.state) return task;
			this.problem = notConfirmed(task);
			unconfirmed = task;
			await this.pause(beforeSecondLook);
		}
		return undefined;
	}

	/** Sleeps for a number of ms, but not past the moment of the last call, or that in which it is given up. */
	async pause(ms: number): Promise<void> {
		const { clock, signal } = this.service;
		const now = clock.now();
		const end = now < this.deadline ? this.deadline : this.deadline + lastReplyMs;
		await clock.sleep(Math.min(ms, end - now), signal);
	}

	/** The task as a reply describes it; undefined where it does not, or describes another. */
	private read(reply: Reply): Task | undefined {
		const isReadable = reply.kind === 'answer' && reply.httpStatus >= 200 && reply.httpStatus < 300;
		const task = isReadable ? parseTask(reply, this.taskId) : undefined;
		if (task?.isNamed) this.isNamed = true;
		const isAnothers = task?.state === 'failed' && this.isNamed && needsConfirmation(task);
		return isAnothers ? undefined : task;
	}
}

/**
 * Whether an end may not be this task's: the reply neither names it nor brings the links of a completed one. What a proxy
 * or another part of the service calls an error says nothing of the task; but a service may leave the id out everywhere.
 */
function needsConfirmation(task: Task): boolean {
	return isOver(task) && !task.isNamed && !(task.state === 'completed' && task.links.length > 0);
}

function notConfirmed({ status }: Task): CallProblem {
	return {
		code: 'BAD_REPLY',
		retry: 'again',
		reason: `the service says ${status} without naming the task, and then something else`,
	};
}

function waitTimeout(timeoutMs: number, known: Parameters<typeof notFinished>[0]): Failure {
	return notFinished(known, `after ${Math.round(timeoutMs / 1000)} s`, 'timeoutSeconds');
}

/** The problem of a status call whose turn did not come among all those of its run. */
const noTurn: CallProblem = {
	code: 'RATE_LIMITED',
	retry: 'again',
	reason: 'the service allows too few requests for all tasks of the run',
};

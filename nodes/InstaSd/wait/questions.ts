import { limits } from '../api/limits';
import { parseTask, type Task } from '../api/replies';
import type { Reply } from '../api/retry';
import { isBelieved, isDoubtful } from './belief';
import { callFailed, pauseTooLong, troubleWith, type Trouble } from './callFailures';
import { Repeats } from './repeats';
import type { Service } from './service';

/** How long in ms to wait before an end that nothing confirms is asked for again. */
const beforeSecondLook = 1_000;
/** How long in ms the last question, asked when the time is up, may take. */
const lastReplyMs = 1_000;

/** The questions for the status of one task. */
export class Questions {
	/** Why there is no answer since the last one; undefined where nothing has gone wrong. */
	trouble: Trouble | undefined;

	private readonly repeats: Repeats;
	private readonly patienceMs: number;
	/** Whether a reply has named the task: then a failure that names none is not this task's, however often it is told. */
	private isNamed = false;

	/** @param deadline when the last question is asked, on the clock */
	constructor(
		private readonly service: Service,
		private readonly taskId: string,
		private readonly deadline: number,
	) {
		this.repeats = new Repeats(service, async (ms) => await this.pause(ms));
		this.patienceMs = deadline - service.clock.now();
	}

	/**
	 * Asks, over and over as long as the question itself fails or its answer is not believed.
	 * @returns undefined when the time is up
	 * @throws Failure when the status cannot be had
	 */
	async answer(): Promise<Task | undefined> {
		const { client, clock, rate, signal } = this.service;
		const { taskId } = this;
		const over = this.deadline + lastReplyMs;
		let before: Task | undefined;
		while (clock.now() < over) {
			const begunAt = await rate.turn(over);
			if (begunAt === undefined) {
				const pauseMs = rate.pausedUntil - clock.now();
				if (pauseMs > this.patienceMs) throw callFailed(pauseTooLong(pauseMs), taskId);
				return undefined;
			}
			const reply = await client.taskStatus(taskId, Math.min(limits.statusMs, over - begunAt));
			signal.throwIfAborted();
			const task = this.read(reply);
			if (task === undefined) {
				this.trouble = troubleWith('status', reply);
				before = undefined;
				await this.repeats.after({ call: 'status', reply, begunAt, taskId });
				continue;
			}
			rate.answered();
			this.repeats.reset();
			this.trouble = undefined;
			if (isBelieved(task, before)) return task;
			this.trouble = unconfirmed(task);
			before = task;
			await this.pause(beforeSecondLook);
		}
		return undefined;
	}

	/** Sleeps for so many ms, but not past the moment of the last question, or that in which it is given up. */
	async pause(ms: number): Promise<void> {
		const { clock, signal } = this.service;
		const now = clock.now();
		const end = now < this.deadline ? this.deadline : this.deadline + lastReplyMs;
		await clock.sleep(Math.min(ms, end - now), signal);
	}

	/** The task as a reply describes it; undefined where it does not, or speaks of another. */
	private read(reply: Reply): Task | undefined {
		const readable = reply.kind === 'answer' && reply.httpStatus >= 200 && reply.httpStatus < 300;
		const task = readable ? parseTask(reply, this.taskId) : undefined;
		if (task?.isNamed) this.isNamed = true;
		const isNotIts = task?.state === 'failed' && this.isNamed && isDoubtful(task);
		return isNotIts ? undefined : task;
	}
}

function unconfirmed({ status }: Task): Trouble {
	return {
		code: 'BAD_REPLY',
		words: `the service says ${status.slice(0, 50)} without naming the task, and then something else`,
	};
}

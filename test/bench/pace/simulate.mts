import { setMaxListeners } from 'node:events';

import type { Client } from '../../../nodes/InstaSd/api/client.ts';
import type { Clock } from '../../../nodes/InstaSd/api/clock.ts';
import { submit } from '../../../nodes/InstaSd/wait/call.ts';
import { DurationEstimate } from '../../../nodes/InstaSd/wait/pace.ts';
import { RequestRate, SubmitDeadline } from '../../../nodes/InstaSd/wait/requestRate.ts';
import type { Service as Calls } from '../../../nodes/InstaSd/wait/service.ts';
import { Slots } from '../../../nodes/InstaSd/wait/slots.ts';
import { pollUntilDone } from '../../../nodes/InstaSd/wait/statusPoller.ts';
import { noLimit, type Limit } from './limits.mts';
import { createService, type Plan } from './service.mts';
import { createVirtualClock } from './virtualClock.mts';

export interface Measured {
	/** From submitted to completed at the service, in ms. */
	taskMs: number;
	/** From completed at the service to the arrival of the question that finds it so. */
	lateMs: number;
	questions: number;
}

export interface Run {
	plans: readonly Plan[];
	atOnce: number;
	/** How long a call takes in ms, there and back. */
	latency: () => number;
	random: () => number;
	/** Which requests the service does not take. */
	limit?: Limit;
	/** Whether the tasks belong to one run, or each to a run of its own, and whether these share a rate. */
	runs?: 'one' | 'one a task, sharing a rate' | 'one a task, each with a rate';
	/** The pause in ms between the questions of one task; undefined for the node's own way to ask. */
	askEveryMs?: number | undefined;
}

/** What a run calls the service with. */
export function callsOf(client: Client, clock: Clock, signal: AbortSignal): Calls {
	return {
		...{ baseUrl: 'https://api.example.com', client, clock, signal },
		random: () => 0,
		rate: new RequestRate(clock),
		submitDeadline: new SubmitDeadline(clock),
		estimate: new DurationEstimate(),
		onRetry: () => {},
	};
}

/** Asks at once, and then after each pause, until the task is over. */
async function askLikeAnSdk({ client, clock, signal }: Calls, id: string, pauseMs: number) {
	for (;;) {
		const reply = await client.taskStatus(id, Infinity);
		if (reply.kind === 'received' && Object(reply.body).status === 'COMPLETED') return;
		await clock.sleep(pauseMs, signal);
	}
}

/** Submits and awaits all tasks, as the node does, in virtual time. */
export async function simulate({
	plans,
	atOnce,
	latency,
	random,
	limit = noLimit,
	runs = 'one',
	askEveryMs,
}: Run) {
	const clock = createVirtualClock();
	const client = createService(plans, clock, latency, limit);
	const sharedRate = new RequestRate(clock);
	const openRun = (rate: RequestRate): { calls: Calls; slots: Slots } => {
		const { signal } = new AbortController();
		setMaxListeners(0, signal);
		const calls = { ...callsOf(client, clock, signal), random, rate };
		return { calls, slots: new Slots(atOnce, signal) };
	};
	const onlyRun = openRun(sharedRate);
	const runOfTask = () => {
		if (runs === 'one') return onlyRun;
		return openRun(runs === 'one a task, sharing a rate' ? sharedRate : new RequestRate(clock));
	};
	const runTask = async (_: Plan, index: number): Promise<void> => {
		const { calls, slots } = runOfTask();
		await slots.run(async () => {
			const knownAt = clock.now();
			const submitted = await submit(calls, { body: String(index), timeoutMs: Infinity });
			if (submitted.kind !== 'task') throw new Error('No task was created');
			const { task } = submitted;
			const { id } = task;
			if (askEveryMs !== undefined) return await askLikeAnSdk(calls, id, askEveryMs);
			const patient = { timeoutSeconds: Infinity };
			const unknown = { submitDate: undefined, request: undefined };
			await pollUntilDone(
				calls,
				{ taskId: id, task, origin: 'sent', knownAt, ...unknown },
				patient,
			);
		});
	};
	await clock.run(Promise.all(plans.map(runTask)));
	const measured = client.lives.map(
		({ submittedAt, completedAt, foundAt = Infinity, questions }): Measured => ({
			taskMs: completedAt - submittedAt,
			lateMs: foundAt - completedAt,
			questions,
		}),
	);
	const [busiest, refused] = [client.busiest(), client.refused()];
	return { measured, wallMs: clock.now(), busiest, refused };
}

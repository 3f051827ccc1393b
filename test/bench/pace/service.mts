import { setMaxListeners } from 'node:events';

import type { Client } from '../../../nodes/InstaSd/api/client.ts';
import type { Clock } from '../../../nodes/InstaSd/api/clock.ts';
import type { Reply } from '../../../nodes/InstaSd/api/reply.ts';
import type { Limit } from './limits.mts';

/** A task as it will go, however it is polled. Times in ms. */
export interface Plan {
	queueMs: number;
	workMs: number;
}

/** What became of a task at the service. */
export interface Life {
	submittedAt: number;
	completedAt: number;
	questions: number;
	/** When the question arrived whose answer was that it is over. */
	foundAt: number | undefined;
}

export interface Service extends Client {
	/** In the order in which the tasks were submitted. */
	lives: readonly Life[];
	/** The most requests that have come within a second. */
	busiest: () => number;
	/** How many requests were answered with 429. */
	refused: () => number;
}

/** A reply of 200, if `more` says nothing else. */
export function received(
	body: unknown,
	more: Partial<Extract<Reply, { kind: 'received' }>> = {},
): Reply {
	return { kind: 'received', httpStatus: 200, retryAfter: undefined, body, ...more };
}

/**
 * The service in memory. A task's id and the body that submits it are the number of its plan.
 * @param latency how long the next call takes in ms, there and back
 * @param limit tells which requests it does not take
 */
export function createService(
	plans: readonly Plan[],
	clock: Clock,
	latency: () => number,
	limit: Limit,
): Service {
	const lives: Life[] = [];
	const arrivals: number[] = [];
	let busiest = 0;
	let refused = 0;
	const { signal } = new AbortController();
	setMaxListeners(0, signal);
	const onTheWay = async (
		call: 'submit' | 'status',
		answer: () => Record<string, unknown>,
	): Promise<Reply> => {
		const ms = latency() / 2;
		await clock.sleep(ms, signal);
		const now = clock.now();
		arrivals.push(now);
		while ((arrivals[0] ?? now) <= now - 1000) arrivals.shift();
		busiest = Math.max(busiest, arrivals.length);
		const running = () => lives.filter((life) => now < life?.completedAt).length;
		const refusal = limit({ call, now, running });
		if (refusal !== undefined) refused += 1;
		const body = refusal === undefined ? answer() : {};
		await clock.sleep(ms, signal);
		if (refusal !== undefined) return refusal;
		return received(body, { taskId: String(body.task_id) });
	};
	const planOf = (id: string): Plan => {
		const plan = plans[Number(id)];
		if (plan === undefined) throw new Error(`There is no plan ${id}`);
		return plan;
	};
	return {
		lives,
		busiest: () => busiest,
		refused: () => refused,
		runTask: async (body) =>
			await onTheWay('submit', () => {
				const { queueMs, workMs } = planOf(body);
				const submittedAt = clock.now();
				const completedAt = submittedAt + queueMs + workMs;
				lives[Number(body)] = { submittedAt, completedAt, questions: 0, foundAt: undefined };
				return { task_id: body, status: 'CREATED' };
			}),
		taskStatus: async (id) =>
			await onTheWay('status', () => {
				const life = lives[Number(id)];
				if (life === undefined) return { task_id: id, status: 'CREATED' };
				life.questions += 1;
				const now = clock.now();
				if (now >= life.completedAt) life.foundAt ??= now;
				return { task_id: id, status: statusAt(planOf(id), now - life.submittedAt) };
			}),
	};
}

function statusAt({ queueMs, workMs }: Plan, ageMs: number): string {
	if (ageMs < queueMs) return 'IN_QUEUE';
	return ageMs < queueMs + workMs ? 'IN_PROGRESS' : 'COMPLETED';
}

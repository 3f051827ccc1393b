import { randomUUID } from 'node:crypto';
import type { Behaviour, Inputs, NewTask } from './behaviour.mts';

/** A task as it was planned when it was taken. Times are milliseconds since 1970. */
export type Task = {
	readonly id: string;
	readonly number: number;
	readonly api: string;
	readonly createdAt: number;
	readonly startsAt: number;
	readonly endsAt: number;
	readonly behaviour: Behaviour;
	readonly scene: Scene;
	/** How often its status was asked. */
	asked: number;
	/** When a reply that says it is over was first sent. */
	knownAt: number | null;
};

export type Stage = 'queued' | 'running' | 'completed' | 'failed';
type Plan = Pick<Task, 'createdAt' | 'startsAt' | 'endsAt' | 'behaviour'>;

/** Where the task is in its life. */
export function stageAt({ startsAt, endsAt, behaviour }: Plan, now: number): Stage {
	if (now < startsAt) return 'queued';
	if (now < endsAt) return 'running';
	const ends = behaviour.endWord.toUpperCase() === 'COMPLETED' && behaviour.failWith === null;
	return ends ? 'completed' : 'failed';
}

export function isOver(stage: Stage): boolean {
	return stage === 'completed' || stage === 'failed';
}

/** The word that `task_status` says. */
export function statusWord(stage: Stage, behaviour: Behaviour): string {
	if (stage === 'queued') return 'IN_QUEUE';
	if (stage === 'running') return 'IN_PROGRESS';
	const { endWord } = behaviour;
	return stage === 'failed' && endWord.toUpperCase() === 'COMPLETED' ? 'FAILED' : endWord;
}

/** The whole reply of `task_status`, given the lists of links. */
export function statusReply(
	task: Task,
	now: number,
	lists: Record<string, string[]>,
): Record<string, unknown> {
	const { behaviour, createdAt, startsAt, endsAt } = task;
	const stage = stageAt(task, now);
	return {
		task_id: task.id,
		status: statusWord(stage, behaviour),
		estimated_steps: behaviour.steps,
		completed_steps: completedSteps(task, now),
		...lists,
		delay_time: (Math.min(now, startsAt) - createdAt) / 1000,
		execution_time: Math.max(0, Math.min(now, endsAt) - startsAt) / 1000,
		cost: behaviour.cost,
		...(stage === 'failed' && behaviour.failWith !== null
			? { [behaviour.failField]: behaviour.failWith }
			: {}),
	};
}

/** How many steps are done, at an even rate over the time of the work. A failed task lacks the last one. */
function completedSteps(plan: Plan, now: number): number {
	const { steps } = plan.behaviour;
	const stage = stageAt(plan, now);
	if (stage === 'queued') return 0;
	if (stage === 'completed') return steps;
	if (stage === 'failed') return Math.max(0, steps - 1);
	const done = (now - plan.startsAt) / (plan.endsAt - plan.startsAt);
	return Math.floor(done * steps);
}

export type Tasks = ReturnType<typeof createTasks>;

/** All tasks that were taken, and thus charged. */
export function createTasks(now: () => number) {
	const all = new Map<string, Task>();
	const received = createReceivedInputs();
	return {
		/** Takes a task: from here on it costs. */
		take(asked: NewTask, behaviour: Behaviour, bytes: number): Task {
			const { api, number, inputs } = asked;
			const createdAt = now();
			const { queueMs, durationMs } = behaviour;
			const startsAt = createdAt + queueMs;
			const task: Task = {
				id: randomUUID(),
				number,
				api,
				createdAt,
				startsAt,
				endsAt: startsAt + durationMs,
				behaviour,
				scene: sceneOf(asked, behaviour.imageSize),
				asked: 0,
				knownAt: null,
			};
			all.set(task.id, task);
			received.keep(task.id, inputs, bytes);
			return task;
		},
		nextNumber: (): number => all.size + 1,
		find: (id: string): Task | undefined => all.get(id),
		/** In the order they were taken. */
		list: (): Task[] => [...all.values()],
		inputsOf: received.of,
	};
}

/** Keeps what tasks were sent, the oldest given up once all of it together is too big. */
export function createReceivedInputs(mostBytes = 256_000_000) {
	const kept = new Map<string, { inputs: Inputs; bytes: number }>();
	let total = 0;
	return {
		keep(taskId: string, inputs: Inputs, bytes: number): void {
			kept.set(taskId, { inputs, bytes });
			total += bytes;
			for (const [oldest, { bytes: freed }] of kept) {
				if (total <= mostBytes) break;
				kept.delete(oldest);
				total -= freed;
			}
		},
		/** Undefined for an unknown task, and for one whose inputs had to make room. */
		of: (taskId: string): Inputs | undefined => kept.get(taskId)?.inputs,
	};
}

/** What a picture shows; a task's pictures differ only in their seed. */
export type Scene = { prompt: string; width: number; height: number; seed: string };

type Size = { width: number; height: number };

/** Reads prompt, size and seed out of a task's inputs by their titles, as far as they are there. */
export function sceneOf({ inputs, api }: NewTask, size: Size | null): Scene {
	const text = byTitle(inputs, /prompt|text/i);
	const seed = byTitle(inputs, /seed/i);
	return {
		prompt: typeof text === 'string' && text.trim() !== '' ? text.slice(0, 2000) : api,
		width: size?.width ?? pixels(byTitle(inputs, /width/i)),
		height: size?.height ?? pixels(byTitle(inputs, /height/i)),
		seed: String(seed ?? 0).slice(0, 40),
	};
}

function byTitle(inputs: Inputs, title: RegExp): unknown {
	return Object.values(inputs).find((input) => title.test(input.title ?? ''))?.value;
}

function pixels(value: unknown): number {
	const asked = Math.round(Number(value ?? 512));
	return Number.isNaN(asked) ? 512 : Math.min(2048, Math.max(1, asked));
}

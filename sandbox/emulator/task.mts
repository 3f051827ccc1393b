import type { Behaviour } from './settings.mts';
import type { Scene } from './scene.mts';

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
	const perUnit = behaviour.timeUnit === 'seconds' ? 1000 : 1;
	return {
		task_id: task.id,
		status: statusWord(stage, behaviour),
		estimated_steps: behaviour.steps,
		completed_steps: completedSteps(task, now),
		...lists,
		delay_time: (Math.min(now, startsAt) - createdAt) / perUnit,
		execution_time: Math.max(0, Math.min(now, endsAt) - startsAt) / perUnit,
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

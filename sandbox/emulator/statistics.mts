import type { Counters } from './counters.mts';
import { isOver, stageAt, statusWord, type Task } from './task.mts';

export type TaskReport = {
	id: string;
	number: number;
	api: string;
	status: string;
	createdAt: number;
	/** When it ended at the service, well or badly; null while it has not. */
	completedAt: number | null;
	/** When the client was first told so. What lies between is the overshoot of its polling. */
	knownAt: number | null;
	asked: number;
};

/** The counters, and how many tasks there were, in which status, and how many at once. */
export type Statistics = Counters & {
	/** Tasks taken. Each has to be paid. */
	charged: number;
	/** The same by status word. */
	tasks: Record<string, number>;
	/** Tasks that are being worked. */
	inFlight: number;
	maxInFlight: number;
	/** Tasks taken and not over: queued or being worked. */
	unfinished: number;
	maxUnfinished: number;
	perTask: TaskReport[];
};

/** All that is known about this run up to now. */
export function statisticsOf(counters: Counters, tasks: Task[], now: number): Statistics {
	const perTask = tasks.map((task) => reportOf(task, now));
	const byStatus: Record<string, number> = {};
	for (const { status } of perTask) byStatus[status] = (byStatus[status] ?? 0) + 1;
	const stages = tasks.map((task) => stageAt(task, now));
	return {
		...counters,
		charged: tasks.length,
		tasks: byStatus,
		inFlight: stages.filter((stage) => stage === 'running').length,
		maxInFlight: mostAtOnce(
			tasks.map((task) => [task.startsAt, task.endsAt]),
			now,
		),
		unfinished: stages.filter((stage) => !isOver(stage)).length,
		maxUnfinished: mostAtOnce(
			tasks.map((task) => [task.createdAt, task.endsAt]),
			now,
		),
		perTask,
	};
}

export function reportOf(task: Task, now: number): TaskReport {
	const { id, number, api, createdAt, endsAt, knownAt, asked } = task;
	const stage = stageAt(task, now);
	const status = statusWord(stage, task.behaviour);
	const completedAt = isOver(stage) ? endsAt : null;
	return { id, number, api, status, createdAt, completedAt, knownAt, asked };
}

/** How many of the spans [from, to) overlapped at most, of those that have begun. */
function mostAtOnce(spans: Array<[from: number, to: number]>, now: number): number {
	const events = spans
		.filter(([from]) => from <= now)
		.flatMap(([from, to]) => [
			{ at: from, change: 1 },
			{ at: to, change: -1 },
		])
		.sort((a, b) => a.at - b.at || a.change - b.change);
	let running = 0;
	let most = 0;
	for (const { change } of events) {
		running += change;
		most = Math.max(most, running);
	}
	return most;
}

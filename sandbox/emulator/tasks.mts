import { randomUUID } from 'node:crypto';
import { createReceivedInputs } from './receivedInputs.mts';
import { sceneOf } from './scene.mts';
import type { Behaviour, NewTask } from './settings.mts';
import type { Task } from './task.mts';

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

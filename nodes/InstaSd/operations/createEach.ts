import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { createLedger, type Ledger, type TaskKey } from '../wait/ledger';
import { createTask, type CreatedTask } from './createTask';
import { planTasks, type PlannedTask } from './planTasks';
import type { Session } from './session';

/** Does the rest of an operation with a task that exists. */
export type Finish = (
	created: CreatedTask,
	plan: PlannedTask,
	ledger: Ledger,
	key: TaskKey,
) => Promise<() => Promise<INodeExecutionData[]>>;

/**
 * Plans all items, and only then creates their tasks, so many at once.
 * @param finish is run in the task's lane; what it returns is run when the lane is free again
 */
export async function createEach(session: Session, finish: Finish): Promise<INodeExecutionData[]> {
	const { context } = session;
	const { tasks, refused } = planTasks(session);
	const [firstRefused] = refused;
	if (firstRefused !== undefined && !context.continueOnFail()) throw firstRefused;

	const ledger = createLedger(context.getContext('node'));
	const runIndex = z.coerce
		.number()
		.catch(0)
		.parse(context.evaluateExpression('{{ $runIndex }}', 0));
	const keyOf = ({ item, generation }: PlannedTask) => ({ runIndex, item, generation });
	// Whatever happens to a retry, it knows the tasks of the tries before.
	for (const plan of tasks) {
		const entry = ledger.find(keyOf(plan), plan.hashes);
		if (entry?.kind === 'sent') session.trace.submitted(entry.taskId, plan.item);
	}
	const jobs = [
		...refused.map((failure) => ({
			item: failure.item ?? 0,
			run: async () => await Promise.reject(failure),
		})),
		...tasks.map((plan) => ({
			item: plan.item,
			run: async () => {
				const key = keyOf(plan);
				const rest = await session.tasks(async () => {
					const created = await createTask(session, ledger, key, plan);
					return await finish(created, plan, ledger, key);
				});
				return await rest();
			},
		})),
	].sort((left, right) => left.item - right.item);
	const items = await session.settle(jobs);
	// Not by the outcome: of an item with an `error`, even the service's own, n8n runs the node again.
	if (items.every(({ json }) => json.error === undefined)) ledger.clear(runIndex);
	return items;
}

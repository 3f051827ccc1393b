import type { INodeExecutionData } from 'n8n-workflow';

import { forEachItem } from './forEachItem';
import { ofTask } from './ofTask';
import { planTasks, type PlannedTask } from './planTasks';
import type { Session } from './session';
import { Stretch } from './stretch';

/**
 * Plans all items, and only then does work for each task of the plan.
 * @param work creates the task, and gives the items it comes to
 * @throws Failure as {@link forEachItem}; without "continue" also for the first item that cannot be sent, before
 * anything is paid for
 */
export async function forEachPlanned(
	session: Session,
	work: (planned: PlannedTask) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { service, taskIdLog } = session;
	const plans = await planTasks(session);

	// Whatever happens to a retry, its error names the tasks of the tries before.
	const stretch = new Stretch(service.clock, service.signal);
	for (const plan of plans) {
		await stretch.breathe();
		if (plan.kind === 'refused') continue;
		const life = plan.entry.life();
		if ('taskId' in life) taskIdLog.found(life.taskId, plan.item);
	}
	const ofPlans = await forEachItem(
		session,
		plans,
		async (plan) => {
			if (plan.kind === 'refused') throw plan.failure;
			return await ofTask(() => plan.entry.life(), work(plan));
		},
		(errorItem) => [errorItem],
	);
	const items = ofPlans.flat();
	// Not by the outcome: n8n runs the node again for an item with an `error`, even if that field is the service's own.
	if (items.every(({ json }) => json.error === undefined || json.error === null)) {
		for (const plan of plans) if (plan.kind === 'task') plan.entry.note({ kind: 'handedOn' });
	}
	return items;
}

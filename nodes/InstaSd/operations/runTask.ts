import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { itemJson } from '../run/collect';
import { createTask } from '../run/createTask';
import { forEachPlanned } from '../run/forEachPlanned';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';

export const runTaskOption: INodePropertyOptions = {
	name: 'Run Task',
	value: 'runTask',
	action: 'Run a task',
	description: 'Create a task for each item without waiting for it',
};

/** Creates a task for each item and does not wait for it. */
export async function runTask(session: Session): Promise<INodeExecutionData[]> {
	const items = await forEachPlanned(session, async (planned) => {
		const { item } = planned;
		const created = await session.tasks(async () => await createTask(session, planned));
		return [
			{ json: itemJson(session, created, session.service.clock.date()), pairedItem: { item } },
		];
	});
	showHint(session, items, { creates: true, waits: false });
	return items;
}

import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { itemJson } from '../run/collect';
import { createTask } from '../run/createTask';
import { showHint } from '../run/hints';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';
import { propertyHints } from './builderHint';

export const runTaskOption: INodePropertyOptions = {
	name: 'Run Task',
	value: 'runTask',
	action: 'Start a generation',
	description: 'Create a task for each item without waiting for it',
	builderHint: { propertyHint: propertyHints.runTask },
};

export const runTaskTool =
	'Starts generating an image or video from the given inputs and returns its task_id at once. The result takes seconds to minutes: get it later by the task_id, with the tool that gets the status of a generation. Every call creates a task and costs credits.';

export async function runTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, false, async (planned) => {
		const { item } = planned;
		const created = await taskSlots.run(async () => await createTask(session, planned));
		const at = service.clock.date();
		// A task that a retry picks up was submitted earlier, at an unknown time.
		const submittedAt = new Date(at).toISOString();
		const json = itemJson(session, { ...created, submittedAt }, planned, at);
		return [{ json, pairedItem: { item } }];
	});
	showHint(session, items, { creates: true, waits: false });
	return [items];
}

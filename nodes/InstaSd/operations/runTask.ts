import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { itemJson } from '../run/collect';
import { createTask } from '../run/createTask';
import { showHint } from '../run/hints';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';

export const runTaskOption: INodePropertyOptions = {
	name: 'Run Task',
	value: 'runTask',
	action: 'Start a generation',
	description: 'Create a task for each item without waiting for it',
};

/** What a model reads of it. */
export const runTaskTool =
	'Starts the generation of an image or video from the given inputs and does not wait for it: that takes seconds to minutes. Answers with a task_id, by which its status and files can be had later. Every call creates a task and costs credits.';

/** Creates a task for each item and does not wait for it. */
export async function runTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, async (planned) => {
		const { item } = planned;
		const created = await taskSlots.run(async () => await createTask(session, planned));
		const at = service.clock.date();
		// A task that a retry takes up was submitted earlier, and nothing says when.
		const submittedAt = new Date(at).toISOString();
		const json = itemJson(session, { ...created, submittedAt }, planned, at);
		return [{ json, pairedItem: { item } }];
	});
	showHint(session, items, { creates: true, waits: false });
	return [items];
}

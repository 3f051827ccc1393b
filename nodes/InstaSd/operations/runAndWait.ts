import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from '../run/collect';
import { createTask } from '../run/createTask';
import { showHint } from '../run/hints';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';
import { pollUntilDone, throwIfFailed } from '../wait/statusPoller';

export const runAndWaitOption: INodePropertyOptions = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Generate an image or video',
	description: 'Create a task for each item, wait until it is finished, and download its files',
};

export const runAndWaitTool =
	'Generates an image or video from the given inputs and returns links to it, which takes seconds to minutes; the links expire after 30 minutes. Every call creates a task and costs credits. If the answer says finished: false, it is still being made: ask for it by its task_id instead of calling this tool again.';

export async function runAndWait(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, true, async (planned) => {
		const done = await taskSlots.run(async () => {
			const { entry, options } = planned;
			const created = await createTask(session, planned, options.timeoutSeconds * 1000);
			planned.open = created;
			const task = await pollUntilDone(service, created, options);
			// A retry may submit again what has certainly failed at the service.
			if (task.state === 'failed' && task.isNamed) entry.failed(task.id);
			return { task: throwIfFailed(task), inputs: created.inputs };
		});
		return await collect(session, done, planned);
	});
	showHint(session, items, { creates: true, waits: true });
	return [items];
}

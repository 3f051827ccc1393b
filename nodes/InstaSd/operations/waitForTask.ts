import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from '../run/collect';
import { forEachExisting } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { type OpenTask, pollUntilDone, throwIfFailed } from '../wait/statusPoller';

export const waitForTaskOption: INodePropertyOptions = {
	name: 'Wait for Task',
	value: 'waitForTask',
	action: 'Wait for a generation',
	description: 'Wait for a task that was created earlier, and download its files',
};

export const waitForTaskTool =
	'Waits until an image or video generation started earlier is finished, which takes seconds to minutes. Give its task_id. Returns links to the files; the links expire after 30 minutes. Costs no credits. If the answer says finished: false, call this tool again.';

export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const results = await forEachExisting(
		session,
		async (existing) => {
			const { options, taskId } = existing;
			const open: OpenTask = { taskId };
			existing.open = open;
			const task = await taskSlots.run(async () =>
				throwIfFailed(await pollUntilDone(service, open, options)),
			);
			return await collect(session, { task }, existing);
		},
		(item) => [item],
	);
	const items = results.flat();
	showHint(session, items, { creates: false, waits: true });
	return [items];
}

import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from '../run/collect';
import { forEachExisting } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollUntilDone, throwIfFailed } from '../wait/statusPoller';

export const waitForTaskOption: INodePropertyOptions = {
	name: 'Wait for Task',
	value: 'waitForTask',
	action: 'Wait for a generation',
	description: 'Wait for a task that was created earlier, and download its files',
};

export const waitForTaskTool =
	'Waits until an image or video generation started earlier is finished, which takes seconds to minutes. Give its task_id. Returns links to the files; the links expire after 30 minutes. Costs no credits.';

export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const results = await forEachExisting(
		session,
		async (existing) => {
			const { options, taskId } = existing;
			const task = await taskSlots.run(async () =>
				throwIfFailed(await pollUntilDone(service, { taskId }, options)),
			);
			return await collect(session, { task }, existing);
		},
		(errorItem) => [errorItem],
	);
	const items = results.flat();
	showHint(session, items, { creates: false, waits: true });
	return [items];
}

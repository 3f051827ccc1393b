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
	description: 'Wait for a task that was created before, and fetch its files',
};

/** What a model reads of it. */
export const waitForTaskTool =
	'Waits until an image or video is finished whose generation was started before, by its task_id, which takes seconds to minutes, and answers with links to the files. Links die after 30 minutes. Costs no credits.';

/** Waits for the task that each item names, and downloads its files. */
export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const answers = await forEachExisting(
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
	const items = answers.flat();
	showHint(session, items, { creates: false, waits: true });
	return [items];
}

import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from '../run/collect';
import { createTask } from '../run/createTask';
import { forEachPlanned } from '../run/forEachPlanned';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { waitUntilOver } from '../run/waitUntilOver';
import { completed } from '../wait/track';

export const runAndWaitOption: INodePropertyOptions = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Generate an image or video',
	description: 'Create a task for each item, wait until it is finished, and fetch its files',
};

/** What a model reads of it. */
export const runAndWaitTool =
	'Generates an image or video from the given inputs, waits until it is finished, which takes seconds to minutes, and answers with links to the files. Links die after 30 minutes. Every call creates a task and costs credits.';

/** Creates a task for each item, waits for it and fetches its files. */
export async function runAndWait(session: Session): Promise<INodeExecutionData[][]> {
	const items = await forEachPlanned(session, async (planned) => {
		const done = await session.tasks(async () => {
			const { options } = planned;
			const created = await createTask(session, planned, options.timeoutSeconds * 1000);
			const task = await waitUntilOver(session, created, options);
			// A retry may send anew what failed at the service.
			if (task.state === 'failed') planned.entry.note({ kind: 'failed' });
			return { task: completed(task), inputs: created.inputs };
		});
		return await collect(session, done, planned);
	});
	showHint(session, items, { creates: true, waits: true });
	return [items];
}

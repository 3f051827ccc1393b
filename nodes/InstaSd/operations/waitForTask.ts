import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from '../run/collect';
import { forEachExisting } from '../run/forEachExisting';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { waitUntilOver } from '../run/waitUntilOver';
import { completed } from '../wait/track';

export const waitForTaskOption: INodePropertyOptions = {
	name: 'Wait for Task',
	value: 'waitForTask',
	action: 'Wait for a task',
	description: 'Wait for a task that was created before, and fetch its files',
};

/** Waits for a task that was created before, and fetches its files. */
export async function waitForTask(session: Session): Promise<INodeExecutionData[]> {
	const items = await forEachExisting(session, async (existing) => {
		const task = await session.tasks(async () =>
			completed(await waitUntilOver(session, existing, existing.options)),
		);
		return await collect(session, { task }, existing);
	});
	showHint(session, items, { creates: false, waits: true });
	return items;
}

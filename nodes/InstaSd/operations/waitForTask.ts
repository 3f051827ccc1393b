import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { completed } from '../wait/track';
import { hintAtBatch } from './batchHint';
import { collect } from './collect';
import { forEachExisting } from './existingTasks';
import type { Session } from './session';
import { waitUntilOver } from './waiting';

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
	hintAtBatch(session, items);
	return items;
}

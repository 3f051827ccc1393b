import type { IExecuteFunctions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { hintAtBatch } from './batchHint';
import { collect } from './collect';
import { forEachTask } from './existingTasks';
import { inSession } from './session';
import { createWaiting } from './waiting';

export const waitForTaskOption: INodePropertyOptions = {
	name: 'Wait for Task',
	value: 'waitForTask',
	action: 'Wait for a task',
	description: 'Wait for a task that was created before, and fetch its files',
};

/** Waits for a task that was created before, and fetches its files. */
export async function waitForTask(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await inSession(context, async (session) => {
		const waiting = createWaiting(session);
		const items = await forEachTask(session, async ({ taskId, ...handover }) => {
			const task = await session.tasks(
				async () => await waiting.wait({ taskId }, handover.options),
			);
			return await collect(session, { task }, handover);
		});
		return hintAtBatch(session, items);
	});
}

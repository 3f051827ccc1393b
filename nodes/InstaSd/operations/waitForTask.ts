import type { IExecuteFunctions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { collect } from './collect';
import { readOptions, readTaskId, wantsFiles } from './parameters';
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
		const jobs = context.getInputData().map((_, item) => ({
			item,
			run: async () => {
				const options = readOptions(context, item);
				const taskId = readTaskId(context, item);
				const download = wantsFiles(context, item);
				const task = await session.tasks(async () => await waiting.wait({ taskId }, options));
				return await collect(session, { task }, { item, options, download });
			},
		}));
		return await session.settle(jobs);
	});
}

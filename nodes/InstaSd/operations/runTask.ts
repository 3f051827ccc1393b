import type { IExecuteFunctions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { taskJson } from '../outputs/items';
import { createEach } from './createEach';
import { inSession } from './session';

export const runTaskOption: INodePropertyOptions = {
	name: 'Run Task',
	value: 'runTask',
	action: 'Run a task',
	description: 'Create a task for each item without waiting for it',
};

/** Creates a task for each item and does not wait for it. */
export async function runTask(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await inSession(context, async (session) => {
		return await createEach(session, async ({ task, sent }, { item }) => {
			const json = taskJson({ task, at: session.calls.clock.now(), inputs: sent });
			return async () => [{ json, pairedItem: { item } }];
		});
	});
}

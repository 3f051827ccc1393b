import type { INodeExecutionData } from 'n8n-workflow';

import type { Handover } from './collect';
import { readOptions, readTaskId, wantsFiles } from './parameters';
import type { Session } from './session';

/** A task that an item names by its id. */
export interface ExistingTask extends Handover {
	taskId: string;
}

/** Does work for the task of each item. */
export async function forEachTask(
	session: Session,
	work: (task: ExistingTask) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { context } = session;
	const jobs = context.getInputData().map((_, item) => ({
		item,
		run: async () => {
			const options = readOptions(context, item);
			const taskId = readTaskId(context, item);
			return await work({ item, options, taskId, download: wantsFiles(context, item) });
		},
	}));
	return await session.settle(jobs);
}

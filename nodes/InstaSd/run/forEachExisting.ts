import type { INodeExecutionData } from 'n8n-workflow';

import type { Handover } from './collect';
import { forEachItem } from './forEachItem';
import { readOptions, readTaskId, wantsFiles } from './parameters';
import type { Session } from './session';

/** A task that an item names by its id. */
export interface ExistingTask extends Handover {
	taskId: string;
}

/**
 * Does work for the task that each item names.
 * @throws Failure as {@link forEachItem}
 */
export async function forEachExisting(
	session: Session,
	work: (task: ExistingTask) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { context } = session;
	const items = context.getInputData().map((_, item) => ({ item }));
	return await forEachItem(session, items, async ({ item }) => {
		const options = readOptions(context, item);
		const taskId = readTaskId(context, item);
		return await work({ item, options, taskId, download: wantsFiles(session, item) });
	});
}

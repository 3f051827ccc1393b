import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import type { Handover } from './collect';
import { forEachItem } from './forEachItem';
import { ofTask } from './ofTask';
import { readOptions, readTaskId, wantsFiles } from './parameters';
import type { Session } from './session';

/** A task that an item names by its id. */
export interface ExistingTask extends Handover {
	taskId: string;
	/** When it was submitted, in ISO 8601; undefined where the item does not say. */
	submittedAt: string | undefined;
}

const ofRunTask = z.object({ submitted_at: z.string().datetime({ offset: true }) }).partial();

/**
 * Does work for the task that each item names.
 * @param failed as of {@link forEachItem}
 * @throws Failure as {@link forEachItem}
 */
export async function forEachExisting<R>(
	session: Session,
	work: (task: ExistingTask) => Promise<R>,
	failed: (errorItem: INodeExecutionData) => R,
): Promise<R[]> {
	const { context } = session;
	const items = context.getInputData().map(({ json }, item) => ({ item, json }));
	return await forEachItem(
		session,
		items,
		async ({ item, json }) => {
			const options = readOptions(context, item);
			const taskId = readTaskId(context, item);
			const submittedAt = ofRunTask.catch({}).parse(json).submitted_at;
			const download = wantsFiles(session, item);
			const existing = { item, options, taskId, submittedAt, download };
			return await ofTask(() => ({ state: 'known', taskId }), work(existing));
		},
		failed,
	);
}

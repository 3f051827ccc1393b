import type { IExecuteFunctions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { hasCode, onFailure } from '../api/failures';
import { hintAtBatch } from './batchHint';
import { collect } from './collect';
import { createEach } from './createEach';
import { inSession } from './session';
import { createWaiting } from './waiting';

export const runAndWaitOption: INodePropertyOptions = {
	name: 'Run and Wait',
	value: 'runAndWait',
	action: 'Run a task and wait',
	description: 'Create a task for each item, wait until it is finished, and fetch its files',
};

/** Creates a task for each item, waits for it and fetches its files. */
export async function runAndWait(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await inSession(context, async (session) => {
		const waiting = createWaiting(session);
		const items = await createEach(
			session,
			async (created, { item, options, download }, ledger, key) => {
				const { task: first, submittedAt } = created;
				const awaited = {
					taskId: first.id,
					submittedAt,
					...(submittedAt === undefined ? { takenUp: first } : {}),
				};
				const task = await onFailure(waiting.wait(awaited, options), (error) => {
					// What the service itself calls failed may be sent anew by a retry.
					if (hasCode(error, 'TASK_FAILED')) ledger.forget(key);
				});
				return async () =>
					await collect(session, { task, inputs: created.sent }, { item, options, download });
			},
		);
		return hintAtBatch(session, items);
	});
}

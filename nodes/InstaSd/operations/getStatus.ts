import type { IExecuteFunctions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { hasCode, onFailure } from '../api/failures';
import { isFinished } from '../api/status';
import { askStatus } from '../wait/track';
import { collect } from './collect';
import { readOptions, readTaskId, wantsFiles } from './parameters';
import { inSession } from './session';

export const getStatusOption: INodePropertyOptions = {
	name: 'Get Status',
	value: 'getStatus',
	action: 'Get the status of a task',
	description: 'Ask once how far a task is; fetch its files if it is finished',
};

/** Asks for the status of each item's task; fetches the files of finished ones where the user wants them. */
export async function getStatus(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await inSession(context, async (session) => {
		let allFinished = true;
		const jobs = context.getInputData().map((_, item) => ({
			item,
			run: async () => {
				const options = readOptions(context, item);
				const taskId = readTaskId(context, item);
				const download = wantsFiles(context, item);
				const asked = session.tasks(async () => await askStatus(session.calls, taskId));
				const task = await onFailure(asked, (error) => {
					// The status may be had later, so a loop around this node must go on.
					if (hasCode(error, 'RATE_LIMITED', 'UNREACHABLE', 'BAD_REPLY')) allFinished = false;
				});
				if (!isFinished(task.status)) allFinished = false;
				return await collect(session, { task }, { item, options, download });
			},
		}));
		const items = await session.settle(jobs);
		return items.map((item) =>
			'task_id' in item.json
				? { ...item, json: { ...item.json, all_finished: allFinished } }
				: item,
		);
	});
}

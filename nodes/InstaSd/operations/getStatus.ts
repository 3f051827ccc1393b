import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { Failure, onFailure } from '../api/failures';
import { isOver } from '../api/status';
import { collect } from '../run/collect';
import { forEachExisting } from '../run/forEachExisting';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { askStatus } from '../wait/track';

export const getStatusOption: INodePropertyOptions = {
	name: 'Get Status',
	value: 'getStatus',
	action: 'Get the status of a task',
	description: 'Ask once how far a task is; fetch its files if it is finished',
};

/** Asks for the status of each item's task; fetches the files of finished ones where the user wants them. */
export async function getStatus(session: Session): Promise<INodeExecutionData[]> {
	let allFinished = true;
	const items = await forEachExisting(session, async (existing) => {
		const asked = session.tasks(async () => await askStatus(session.service, existing.taskId));
		const task = await onFailure(asked, (error) => {
			// The status may be had later, so a loop around this node must go on.
			if (error instanceof Failure && error.passes) allFinished = false;
		});
		if (!isOver(task)) allFinished = false;
		return await collect(session, { task }, existing);
	});
	showHint(session, items, { creates: false, waits: false });
	return items.map((item) =>
		'task_id' in item.json ? { ...item, json: { ...item.json, all_finished: allFinished } } : item,
	);
}

import type { INodeExecutionData } from 'n8n-workflow';

import { throwIfFailed } from '../api/failures';
import { mayBeSentAnew } from '../api/task';
import { collect } from '../run/collect';
import { createTask } from '../run/createTask';
import { showHint } from '../run/hints';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';
import { pollUntilDone } from '../wait/statusPoller';

export async function runAndWait(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, true, async (planned) => {
		const done = await taskSlots.run(async () => {
			const { entry, options } = planned;
			const created = await createTask(session, planned, options.timeoutSeconds * 1000);
			planned.open = created;
			const task = await pollUntilDone(service, created, options);
			if (mayBeSentAnew(task)) entry.failed(task.id);
			return { task: throwIfFailed(task), inputs: created.inputs };
		});
		return await collect(session, done, planned);
	});
	showHint(session, items, { creates: true, waits: true });
	return [items];
}

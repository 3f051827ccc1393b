import type { INodeExecutionData } from 'n8n-workflow';

import { throwIfFailed } from '../api/failures';
import { collect } from '../run/collect';
import { inSlot } from '../run/forEachTask';
import { showHint } from '../run/hints';
import { paidTask } from '../run/paidTask';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';
import { pollUntilDone } from '../wait/statusPoller';

export async function runAndWait(session: Session): Promise<INodeExecutionData[][]> {
	const { described, service, taskSlots } = session;
	const items = await forEachPlanned(session, async (planned) => {
		const [paid, task] = await inSlot(session, taskSlots, planned, async () => {
			const paid = await paidTask(session, planned);
			const task = await pollUntilDone(service, paid, planned.options, (task) =>
				described.set(planned, task),
			);
			planned.entry.forgetIfFailed(task);
			return [paid, throwIfFailed(task)] as const;
		});
		return await collect(session, planned, paid, task);
	});
	showHint(session, items);
	return [items];
}

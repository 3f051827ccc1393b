import type { INodeExecutionData } from 'n8n-workflow';

import { throwIfFailed } from '../api/failures';
import { collect } from '../run/collect';
import { forEachNamed, inSlot, takeUp } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollUntilDone } from '../wait/statusPoller';

export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { described, service, taskSlots } = session;
	const results = await forEachNamed(session, async (named) => {
		const [paid, task] = await inSlot(session, taskSlots, named, async () => {
			const paid = takeUp(session, named);
			const task = await pollUntilDone(service, paid, named.options, (task) =>
				described.set(named, task),
			);
			return [paid, throwIfFailed(task)] as const;
		});
		return await collect(session, named, paid, task);
	});
	const items = results.flat();
	showHint(session, items);
	return [items];
}

import type { INodeExecutionData } from 'n8n-workflow';

import { throwIfFailed } from '../api/failures';
import { collect } from '../run/collect';
import { forEachNamed, inSlot, takeUp } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollUntilDone } from '../wait/statusPoller';

export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const results = await forEachNamed(session, async (named) => {
		const [paid, task] = await inSlot(session, taskSlots, named, async () => {
			const paid = takeUp(session, named);
			return [paid, throwIfFailed(await pollUntilDone(service, paid, named.options))] as const;
		});
		return await collect(session, named, paid, task);
	});
	const items = results.flat();
	showHint(session, items);
	return [items];
}

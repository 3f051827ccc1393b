import type { INodeExecutionData } from 'n8n-workflow';

import { itemJson } from '../run/collect';
import { inSlot } from '../run/forEachTask';
import { showHint } from '../run/hints';
import { paidTask } from '../run/paidTask';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';

export async function runTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, async (planned) => {
		const paid = await inSlot(
			session,
			taskSlots,
			planned,
			async () => await paidTask(session, planned),
		);
		const { task } = paid;
		const json = itemJson(session, planned, paid, { task, replyDate: service.clock.date() });
		return [{ json, pairedItem: { item: planned.item } }];
	});
	showHint(session, items);
	return [items];
}

import type { INodeExecutionData } from 'n8n-workflow';

import { itemJson } from '../run/collect';
import { createTask } from '../run/createTask';
import { showHint } from '../run/hints';
import { forEachPlanned } from '../run/plan';
import type { Session } from '../run/session';

export async function runTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const items = await forEachPlanned(session, false, async (planned) => {
		const { item } = planned;
		const created = await taskSlots.run(async () => await createTask(session, planned));
		const at = service.clock.date();
		// A task that a retry picks up was submitted earlier, at an unknown time.
		const submittedAt = new Date(at).toISOString();
		const json = itemJson(session, { ...created, submittedAt }, planned, at);
		return [{ json, pairedItem: { item } }];
	});
	showHint(session, items, { creates: true, waits: false });
	return [items];
}

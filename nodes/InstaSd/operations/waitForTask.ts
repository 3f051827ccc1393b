import type { INodeExecutionData } from 'n8n-workflow';

import { throwIfFailed } from '../api/failures';
import { collect } from '../run/collect';
import { forEachExisting } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollUntilDone } from '../wait/statusPoller';

export async function waitForTask(session: Session): Promise<INodeExecutionData[][]> {
	const { service, taskSlots } = session;
	const results = await forEachExisting(session, async (existing) => {
		const { open, options } = existing;
		const task = await taskSlots.run(async () =>
			throwIfFailed(await pollUntilDone(service, open, options)),
		);
		return await collect(session, { task }, existing);
	});
	const items = results.flat();
	showHint(session, items);
	return [items];
}

import type { Client } from '../../../nodes/InstaSd/api/client';
import type { Reply } from '../../../nodes/InstaSd/api/retry';
import type { Service } from '../../../nodes/InstaSd/wait/service';
import { createCoolDown } from '../../../nodes/InstaSd/wait/coolDown';
import { submitTask } from '../../../nodes/InstaSd/wait/submit';

const halted = new Error('halted');

/** Service whose submits get these replies, and whose first pause is the end of the run. */
function endedInPause(...replies: Reply[]): Service {
	const halt = new AbortController();
	const clock = {
		now: () => 0,
		sleep: async () => {
			halt.abort(halted);
			throw halted;
		},
	};
	const client: Client = {
		runTask: async () => replies.shift() ?? { kind: 'lost', errorCode: 'EXTRA' },
		taskStatus: async () => ({ kind: 'lost', errorCode: 'EXTRA' }),
	};
	return {
		client,
		clock,
		random: () => 0,
		coolDown: createCoolDown(clock),
		signal: halt.signal,
		onRepeat: () => {},
	};
}

test('a run that ends between two sends of an unsure task still says that one may exist', async () => {
	const calls = endedInPause({ kind: 'lost', errorCode: 'ECONNRESET' });
	await expect(submitTask(calls, '{}', true)).resolves.toEqual({
		kind: 'unsure',
		why: 'no reply (ECONNRESET)',
	});
});

test('a run that ends between two sends of a refused task leaves nothing behind', async () => {
	const calls = endedInPause({ kind: 'lost', errorCode: 'ECONNREFUSED' });
	const nothing = { kind: 'notCreated', error: halted };
	await expect(submitTask(calls, '{}', false)).resolves.toEqual(nothing);
});

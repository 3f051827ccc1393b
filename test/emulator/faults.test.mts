import { createFaults } from '../../sandbox/emulator/faults.mts';
import { clientOf, failureOf, secondApi } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 0 } });

const client = () => clientOf(emulator());

test('a fault hits requests of one task, one API, or one state of the task only', async () => {
	const [first, second] = [await client().run(), await client().run()];
	emulator().setBehaviour({ durationMs: 1e6 });
	const running = await client().run();
	const other = clientOf(secondApi(emulator()));
	const elsewhere = await other.run();
	emulator().addFault({ call: 'status', kind: 'status', status: 500, taskNumber: 2 });
	emulator().addFault({ call: 'status', kind: 'status', status: 501, onlyWhen: 'running' });
	emulator().addFault({ call: 'status', kind: 'status', status: 502, api: 'image to video' });
	expect((await client().ask(first.task_id)).status).toBe(200);
	expect((await client().ask(second.task_id)).status).toBe(500);
	expect((await client().ask(running.task_id)).status).toBe(501);
	expect((await other.ask(elsewhere.task_id)).status).toBe(502);
});

test('a submit whose reply is lost is charged, and one that never came in is not', async () => {
	emulator().addFault({ call: 'submit', kind: 'resetBefore' });
	expect(await failureOf(client().submit())).toBe('ECONNRESET');
	expect(emulator().statistics().charged).toBe(0);
	emulator().addFault({ call: 'submit', kind: 'resetAfter' });
	expect(await failureOf(client().submit())).toBe('ECONNRESET');
	expect(emulator().statistics().charged).toBe(1);
});

test('an end that a fault has spoiled is not known to the client', async () => {
	const { task_id } = await client().run();
	emulator().addFault({ call: 'status', kind: 'truncatedJson' });
	await client().ask(task_id);
	expect(emulator().statistics().perTask).toMatchObject([{ knownAt: null, asked: 1 }]);
	await client().ask(task_id);
	expect(emulator().statistics().perTask).toMatchObject([{ knownAt: expect.any(Number) }]);
});

test.each([
	[{ call: 'submit', kind: 'flood' }, 'hugeText'],
	[{ call: 'submit', kind: 'hang', forever: true }, 'forever'],
	[{ call: 'nothing', kind: 'hang' }, 'call'],
])('a fault that cannot be played is refused with a reason (%#)', (fault, reason) => {
	expect(() => createFaults().add(fault)).toThrow(reason);
});

import { faultKinds } from '../../sandbox/emulator/faultKinds.mts';
import { clientOf, failureOf, secondApi } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 0 } });

const client = () => clientOf(emulator());

/** Waits until the last request that arrived was given its fault. */
async function untilPlayed(): Promise<void> {
	while (!emulator().requests().at(-1)?.fault) await new Promise(setImmediate);
}

describe('which request a fault hits', () => {
	const statuses = async (count: number) => {
		const seen: number[] = [];
		for (let i = 0; i < count; i++) seen.push((await client().submit()).status);
		return seen;
	};

	test('the nth from now on, as many times as asked', async () => {
		emulator().addFault({ call: 'submit', kind: 'status', status: 503, nth: 2, times: 2 });
		expect(await statuses(4)).toEqual([200, 503, 503, 200]);
	});

	test('of two faults that are due, the one added first goes first and the other keeps', async () => {
		const first = emulator().addFault({ call: 'submit', kind: 'status', status: 503 });
		emulator().addFault({ call: 'submit', kind: 'status', status: 429 });
		expect(await statuses(3)).toEqual([503, 429, 200]);
		expect(first).toMatchObject({ seen: 3, fired: 1 });
		expect(
			emulator()
				.requests()
				.map(({ fault, faultNumber }) => [fault, faultNumber]),
		).toEqual([
			['status', 1],
			['status', 2],
			[null, null],
		]);
	});

	test('only of one task, one API, or one state of the task', async () => {
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

test('every kind of fault leaves the emulator able to answer the next request', async () => {
	const needed: Record<string, object> = {
		status: { status: 500 },
		redirect: { to: 'fileOrigin' },
		late: { afterMs: 1 },
	};
	for (const kind of Object.keys(faultKinds)) {
		emulator().reset();
		const response = await fetch(`${emulator().controlUrl}/faults`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ call: 'status', kind, ...needed[kind] }),
		});
		expect([kind, response.status]).toEqual([kind, 201]);
		const stop = new AbortController();
		const outcome = failureOf(client().ask('any', { signal: stop.signal }));
		await untilPlayed();
		if (kind === 'hang' || kind === 'stall') stop.abort();
		await outcome;
		expect([kind, (await client().ask('any')).status]).toEqual([kind, 404]);
	}
});

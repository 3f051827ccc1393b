import { faultKinds } from '../../sandbox/emulator/faultKinds.mts';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { startEmulator } from '../../sandbox/emulator/server.mts';
import { clientOf, failureOf, secondApi } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 0 } });

const client = () => clientOf(emulator());

/** Submits under a fault: the reply, and how many tasks were charged. */
async function submitUnder(fault: FaultRequest) {
	emulator().addFault(fault);
	const response = await client().submit(undefined, { redirect: 'manual' });
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, charged: charged() };
}

function charged(): number {
	return emulator().statistics().charged;
}

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

	test('by chance, the same one each time', async () => {
		const fault = {
			call: 'submit',
			kind: 'status',
			status: 500,
			probability: 0.5,
			seed: 3,
		} as const;
		emulator().addFault(fault);
		const once = await statuses(20);
		emulator().clearFaults();
		emulator().addFault(fault);
		expect(await statuses(20)).toEqual(once);
		expect(new Set(once)).toEqual(new Set([200, 500]));
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

describe('faults that leave a submit unpaid', () => {
	test('status: with its headers and body', async () => {
		const headers = { 'retry-after': '7' };
		const fault = {
			call: 'submit',
			kind: 'status',
			status: 429,
			headers,
			body: 'slow down',
		} as const;
		const reply = await submitUnder({ ...fault, contentType: 'text/plain' });
		expect(reply).toMatchObject({ status: 429, text: 'slow down', charged: 0 });
		expect(reply.headers.get('retry-after')).toBe('7');
	});

	test('resetBefore: the connection is reset', async () => {
		emulator().addFault({ call: 'submit', kind: 'resetBefore' });
		expect(await failureOf(client().submit())).toBe('ECONNRESET');
		expect(charged()).toBe(0);
		expect(emulator().requests()).toMatchObject([{ fault: 'resetBefore', status: null }]);
	});

	test('html: a page with status 200', async () => {
		const reply = await submitUnder({ call: 'submit', kind: 'html' });
		expect(reply).toMatchObject({
			status: 200,
			charged: 0,
			text: expect.stringMatching(/^<!DOCTYPE/),
		});
	});

	test('body: any JSON or text with status 200', async () => {
		const reply = await submitUnder({ call: 'submit', kind: 'body', json: { task_id: 7 } });
		expect(reply).toMatchObject({ status: 200, text: '{"task_id":7}', charged: 0 });
		const text = await submitUnder({ call: 'submit', kind: 'body', text: 'null', taken: true });
		expect(text).toMatchObject({ status: 200, text: 'null', charged: 1 });
	});

	test('redirect: to the file origin or anywhere', async () => {
		const reply = await submitUnder({
			call: 'submit',
			kind: 'redirect',
			to: 'fileOrigin',
			status: 307,
		});
		expect(reply).toMatchObject({ status: 307, charged: 0 });
		expect(reply.headers.get('location')).toMatch(`${emulator().fileOrigin}/api_endpoints/`);
		const to = 'https://example.com/';
		const away = await submitUnder({ call: 'submit', kind: 'redirect', to });
		expect([away.status, away.headers.get('location')]).toEqual([302, to]);
	});
});

describe('faults that leave a submit paid', () => {
	test('status with "taken": the task exists all the same', async () => {
		const reply = await submitUnder({ call: 'submit', kind: 'status', status: 502, taken: true });
		expect(reply).toMatchObject({ status: 502, charged: 1 });
	});

	test('resetAfter: the task is taken, the reply is lost', async () => {
		emulator().addFault({ call: 'submit', kind: 'resetAfter' });
		expect(await failureOf(client().submit())).toBe('ECONNRESET');
		expect(charged()).toBe(1);
	});

	test('resetMiddle: the connection ends within the reply', async () => {
		emulator().addFault({ call: 'submit', kind: 'resetMiddle' });
		const response = await client().submit();
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow();
		expect(charged()).toBe(1);
	});

	test('truncatedJson: half of the JSON in a proper reply', async () => {
		const { status, text, charged } = await submitUnder({ call: 'submit', kind: 'truncatedJson' });
		expect([status, charged]).toEqual([200, 1]);
		expect(text).toMatch(/^{"task_id":"/);
		expect(() => JSON.parse(text)).toThrow(SyntaxError);
	});

	test('patch: the true reply with other fields', async () => {
		const fields = { estimated_steps: 'many' };
		const reply = await submitUnder({ call: 'submit', kind: 'patch', fields, remove: ['status'] });
		const id = emulator().statistics().perTask[0]?.id;
		expect(JSON.parse(reply.text)).toEqual({ task_id: id, estimated_steps: 'many' });
	});

	test('emptyBody: nothing under the true status', async () => {
		const reply = await submitUnder({ call: 'submit', kind: 'emptyBody' });
		expect(reply).toMatchObject({ status: 200, text: '', charged: 1 });
	});

	test('slow: late, or in a trickle, but true', async () => {
		const late = await submitUnder({ call: 'submit', kind: 'slow', delayMs: 20 });
		expect(late).toMatchObject({ status: 200, charged: 1 });
		const trickle = await submitUnder({ call: 'submit', kind: 'slow', bytesPerSecond: 4000 });
		expect(JSON.parse(trickle.text)).toMatchObject({ status: 'CREATED' });
	});
});

test('late: the true reply when so long has passed for the service, the task taken at once', async () => {
	const slept: number[] = [];
	let wake = () => {};
	const sleep = async (ms: number) => {
		slept.push(ms);
		await new Promise<void>((resolve) => (wake = resolve));
	};
	const another = await startEmulator({ sleep });
	another.addFault({ call: 'submit', kind: 'late', afterMs: 60_000 });
	const submitted = clientOf(another).submit();
	while (!another.requests()[0]?.isKeptBack) await new Promise(setImmediate);
	expect(another.statistics().charged).toBe(1);
	wake();
	expect((await submitted).status).toBe(200);
	expect(another.requests()[0]?.isKeptBack).toBe(false);
	expect(slept).toEqual([60_000]);
	await another.close();
});

describe('faults without an end', () => {
	test.each([false, true])('hang: no answer, the task taken: %s', async (taken) => {
		emulator().addFault({ call: 'submit', kind: 'hang', taken });
		const stop = new AbortController();
		const failure = failureOf(client().submit(undefined, { signal: stop.signal }));
		await untilPlayed();
		expect(charged()).toBe(taken ? 1 : 0);
		stop.abort();
		expect(await failure).toContain('AbortError');
	});

	test('stall: the reply begins and does not go on', async () => {
		emulator().addFault({ call: 'submit', kind: 'stall', afterBytes: 5 });
		const stop = new AbortController();
		const response = await client().submit(undefined, { signal: stop.signal });
		const reader = response.body?.getReader();
		expect((await reader?.read())?.value).toHaveLength(5);
		const rest = reader?.read();
		stop.abort();
		await expect(rest).rejects.toThrow();
	});

	test.each(['hang', 'stall'] as const)('closing ends a request that does %s', async (kind) => {
		const another = await startEmulator();
		another.addFault({ call: 'submit', kind });
		const failure = failureOf(clientOf(another).submit());
		while (another.statistics().openRequests === 0) await new Promise(setImmediate);
		await another.close();
		expect(await failure).not.toBe('none');
	});
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

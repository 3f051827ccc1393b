import { clientOf } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 1000 } });

const client = () => clientOf(emulator());

describe('control over HTTP', () => {
	const control = (path: string, method = 'GET', body?: unknown) =>
		fetch(`${emulator().controlUrl}${path}`, {
			method,
			...(body === undefined
				? {}
				: { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
		});

	test('has the same levers, without a token', async () => {
		await control('/behaviour?api=text%20to%20image', 'PUT', {
			durationMs: 0,
			requestsPerSecond: Infinity,
		});
		const fault = { call: 'status', kind: 'status', status: 503, times: Infinity };
		expect((await control('/faults', 'POST', fault)).status).toBe(201);
		const { task_id } = await client().run();
		expect((await client().ask(task_id)).status).toBe(503);
		expect((await client().ask(task_id)).status).toBe(503);
		await control('/faults', 'DELETE');
		expect((await client().status(task_id)).status).toBe('COMPLETED');
		expect(await (await control('/statistics')).json()).toMatchObject({ charged: 1, asked: 3 });
		expect(await (await control('/requests')).json()).toHaveLength(4);
		await control('/reset', 'POST');
		expect(emulator().statistics().charged).toBe(0);
	});

	test('shows what a task was sent', async () => {
		const { task_id } = await client().run();
		const shown = await (await control(`/tasks/${task_id}`)).json();
		expect(shown).toMatchObject({ id: task_id, ...JSON.parse(emulator().requestExample) });
		expect((await control('/tasks/unknown')).status).toBe(404);
	});

	test.each([
		['/faults', 'POST', { call: 'submit', kind: 'flood' }, 'hugeText'],
		['/faults', 'POST', { call: 'submit', kind: 'hang', forever: true }, 'forever'],
		['/faults', 'POST', { call: 'nothing', kind: 'hang' }, 'call'],
		['/behaviour', 'PUT', { images: -1 }, 'images'],
	])('%s refuses with a reason what it cannot do (%#)', async (path, method, body, reason) => {
		const response = await control(path, method, body);
		expect(response.status).toBe(400);
		expect(await response.text()).toContain(reason);
	});
});

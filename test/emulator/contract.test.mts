import { clientOf, secondApi, withValues } from './client.mts';
import { useEmulator } from './useEmulator.mts';

let clock = 1_000_000;
const emulator = useEmulator({ now: () => clock, behaviour: { durationMs: 1000 } });

const client = () => clientOf(emulator());

describe('the contract', () => {
	test('a task goes from CREATED through the queue and its steps to COMPLETED', async () => {
		emulator().setBehaviour({ queueMs: 500 });
		const { task_id, ...created } = await client().run();
		expect(created).toEqual({ status: 'CREATED', estimated_steps: 10 });
		expect(await client().status(task_id)).toMatchObject({
			status: 'IN_QUEUE',
			completed_steps: 0,
		});
		clock += 800;
		expect(await client().status(task_id)).toEqual({
			task_id,
			status: 'IN_PROGRESS',
			estimated_steps: 10,
			completed_steps: 3,
			image_urls: [],
			video_urls: [],
			delay_time: 0.5,
			execution_time: 0.3,
			cost: 0.05,
		});
		clock += 700;
		expect(await client().status(task_id)).toMatchObject({
			status: 'COMPLETED',
			completed_steps: 10,
			image_urls: [
				expect.stringContaining(`${emulator().fileOrigin}/files/${task_id}/image_1.png?`),
			],
			execution_time: 1,
		});
	});

	test('a failed task gives its reason under the field that was asked for, and no links', async () => {
		emulator().setBehaviour({ durationMs: 0, failWith: 'out of memory', failField: 'detail' });
		const { task_id } = await client().run();
		expect(await client().status(task_id)).toMatchObject({
			status: 'FAILED',
			detail: 'out of memory',
			completed_steps: 9,
			image_urls: [],
		});
	});

	test('a token opens its own API only, and a wrong one is counted', async () => {
		const other = secondApi(emulator());
		const crossed = clientOf({ ...other, token: emulator().token });
		expect((await crossed.submit()).status).toBe(401);
		const without = await client().submit(undefined, { headers: {} });
		expect(without.status).toBe(401);
		expect(await without.json()).toEqual({ error: expect.any(String) });
		expect(emulator().statistics()).toMatchObject({ unauthorized: 2, submits: 2, charged: 0 });
	});

	test('a task of one API does not exist for the other', async () => {
		const { task_id } = await client().run();
		expect((await clientOf(secondApi(emulator())).ask(task_id)).status).toBe(404);
		expect((await client().ask('unknown')).status).toBe(404);
		expect((await client().ask(task_id)).status).toBe(200);
	});

	test('an API that does not exist answers 404 in JSON', async () => {
		const response = await fetch(`${emulator().apiUrl}x/run_task`, { method: 'POST' });
		expect([response.status, await response.json()]).toEqual([404, { error: expect.any(String) }]);
		expect((await fetch(`${emulator().apiUrl}/nothing`)).status).toBe(404);
	});

	test.each([
		['a body without "inputs"', '{"7b7fae99f81ef925": "a cat"}', 400, 'inputs'],
		['a body that is no JSON', '{', 400, 'inputs'],
		['a bare value', '{"inputs": {"7b7fae99f81ef925": "a cat"}}', 400, '7b7fae99f81ef925'],
		['an input without value', '{"inputs": {"7b7fae99f81ef925": {}}}', 400, '7b7fae99f81ef925'],
		['an unknown input', '{"inputs": {"0123456789abcdef": {"value": 1}}}', 422, '0123456789abcdef'],
	])('%s is refused with a reason and costs nothing', async (_, body, status, reason) => {
		const response = await client().submit(body);
		expect(response.status).toBe(status);
		expect(await response.text()).toContain(reason);
		expect(emulator().statistics().charged).toBe(0);
	});

	test('a payload of 10,000,000 bytes is accepted, one byte more is not', async () => {
		const frame = withValues(emulator().requestExample, { Prompt: '' }).length;
		const body = (bytes: number) =>
			withValues(emulator().requestExample, { Prompt: 'A'.repeat(bytes - frame) });
		expect((await client().submit(body(10_000_000))).status).toBe(200);
		expect((await client().submit(body(10_000_001))).status).toBe(413);
		expect(emulator().statistics().charged).toBe(1);
	});

	test('two inputs of "image to video" share a title', () => {
		expect(secondApi(emulator()).requestExample.match(/"Load Image"/g)).toHaveLength(2);
	});
});

test('a setting that does not exist is refused', () => {
	const misspelt = JSON.parse('{"durationms": 1}');
	expect(() => emulator().setBehaviour(misspelt)).toThrow('durationms');
});

describe('what is counted', () => {
	test('a task is charged when it is taken, and knows when it ended and when that was told', async () => {
		const { task_id } = await client().run();
		const createdAt = clock;
		await client().status(task_id);
		clock += 1400;
		await client().status(task_id);
		clock += 600;
		await client().status(task_id);
		expect(emulator().statistics()).toMatchObject({
			charged: 1,
			submits: 1,
			asked: 3,
			tasks: { COMPLETED: 1 },
			inFlight: 0,
			maxInFlight: 1,
			perTask: [
				{
					id: task_id,
					createdAt,
					completedAt: createdAt + 1000,
					knownAt: createdAt + 1400,
					asked: 3,
				},
			],
		});
	});
});

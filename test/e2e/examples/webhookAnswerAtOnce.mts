import { z } from 'zod';
import { eventually } from '../../realN8n/eventually.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { useOpened } from '../../useOpened.mts';
import { startCallback } from './callback.mts';
import { promptOf, type ExampleStage } from './exampleStage.mts';
import { paysForEachDeliveryOnce, webhookOf } from './webhook.mts';

/** Promises of examples/webhook-answer-at-once.json. */
export function webhookAnswerAtOnce(stage: () => ExampleStage): void {
	const call = webhookOf(stage, 'webhook-answer-at-once', 'instasd-answer-at-once');
	const callback = useOpened(startCallback);
	beforeEach(() => callback().forget());
	const body = () => ({ prompt: 'a fox', callback_url: callback().url });
	// What these deliver comes after their tests are over, and is not for the other tests.
	const elsewhere = useOpened(startCallback);
	paysForEachDeliveryOnce(stage, call, 'instasd_callback_calls', () => ({
		prompt: 'a fox',
		callback_url: elsewhere().url,
	}));

	it('answers a delivery that comes again with how far it is, then with its links, and delivers the file once', async () => {
		const { emulator } = stage();
		emulator.setBehaviour({ durationMs: 3000 });
		expect((await call(body(), 'slow')).status).toBe(202);
		const [task] = emulator.statistics().perTask;
		const running = await call(body(), 'slow');
		expect(running.status).toBe(202);
		expect(await running.json()).toMatchObject({ task_id: task?.id });
		await delivered(1);
		const again = await call(body(), 'slow');
		expect(again.status).toBe(200);
		const { files } = answerSchema.parse(await again.json());
		expect((await fetch(files[0] ?? '')).status).toBe(200);
		expect(emulator.statistics().charged).toBe(1);
		expect(callback().received()).toHaveLength(1);
	});

	it('answers a delivery whose task failed with the error', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		expect((await call(body(), 'failed')).status).toBe(202);
		const again = await eventually(async () => {
			const response = await call(body(), 'failed');
			expect(response.status).toBe(502);
			return await response.json();
		});
		expect(again).toMatchObject({ error: 'TASK_FAILED' });
		expect(stage().emulator.statistics().charged).toBe(1);
		// It is told to the callback, too, and that must not come in the next test.
		await eventually(async () => expect(callback().received()).toHaveLength(1));
	});

	const delivered = async (count: number): Promise<FormData[]> =>
		await eventually(async () => {
			expect(callback().received()).toHaveLength(count);
			return await Promise.all(
				callback()
					.received()
					.map((call) => call.formData()),
			);
		});

	it('answers with the id while the task runs, and delivers each file when it is there', async () => {
		const { emulator } = stage();
		emulator.setBehaviour({ durationMs: 5000, images: 2 });
		const response = await call({ prompt: 'a fox', callback_url: callback().url });
		expect(emulator.statistics().unfinished).toBe(1);
		expect(response.status).toBe(202);
		const [task] = emulator.statistics().perTask;
		expect(await response.json()).toEqual({ task_id: task?.id, status: 'CREATED' });
		expect(stage().sent().map(promptOf)).toEqual(['a fox']);

		const forms = await delivered(2);
		expect(forms.map((form) => [form.get('task_id'), form.get('file_index')]).sort()).toEqual([
			[task?.id, '0'],
			[task?.id, '1'],
		]);
		for (const form of forms) {
			const file = form.get('file');
			if (!(file instanceof Blob)) throw new Error('No file was delivered');
			expect(file.type).toBe('image/png');
			expect(isPng(Buffer.from(await file.arrayBuffer()))).toBe(true);
		}
		expect(emulator.statistics().charged).toBe(1);
	});

	it('delivers the reason and the id of a task that failed', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		const response = await call({ prompt: 'a fox', callback_url: callback().url });
		expect(response.status).toBe(202);
		const [task] = stage().emulator.statistics().perTask;
		const body = await eventually(async () => {
			expect(callback().received()).toHaveLength(1);
			return await callback().received()[0]?.json();
		});
		expect(body).toEqual({
			task_id: task?.id,
			error: 'TASK_FAILED',
			message: expect.stringContaining('CUDA out of memory'),
		});
	});

	it('answers 502 when the task cannot be created, and delivers nothing', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 401 });
		const response = await call({ prompt: 'a fox', callback_url: callback().url });
		expect(response.status).toBe(502);
		expect(await response.json()).toMatchObject({ error: 'UNAUTHORIZED', task_id: null });
		expect(callback().received()).toEqual([]);
	});

	it.each([
		{},
		{ prompt: 'a fox' },
		{ callback_url: 'https://example.com' },
		{ prompt: '', callback_url: 'https://example.com' },
		{ prompt: 'a fox', callback_url: 'example.com' },
	])('answers 400 to %j, says what to send, and creates no task', async (body) => {
		const response = await call(body);
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({
			message: expect.stringMatching(/"prompt".*"callback_url"/),
		});
		expect(stage().emulator.statistics().charged).toBe(0);
	});
}

const answerSchema = z.object({ files: z.array(z.string()) });

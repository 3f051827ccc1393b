import { eventually } from '../../realN8n/eventually.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { promptOf, withParameters, type ExampleStage } from './exampleStage.mts';
import { paysForEachDeliveryOnce, webhookOf } from './webhook.mts';

/** Promises of examples/webhook-with-picture.json. */
export function webhookWithPicture(stage: () => ExampleStage): void {
	const call = webhookOf(stage, 'webhook-with-picture', 'instasd-picture', (node) =>
		node.name === 'Wait for Task'
			? withParameters(node, '"timeoutSeconds":90', '"timeoutSeconds":4')
			: node,
	);
	paysForEachDeliveryOnce(stage, call, 'instasd_picture_calls', () => ({ prompt: 'a fox' }));

	it('answers a delivery that comes again with its picture, and 202 while that is being made', async () => {
		const { emulator } = stage();
		emulator.setBehaviour({ durationMs: 6000 });
		const first = await call({ prompt: 'a fox' }, 'slow');
		expect(first.status).toBe(202);
		const [task] = emulator.statistics().perTask;
		expect(await first.json()).toMatchObject({ task_id: task?.id });
		const again = await eventually(async () => {
			const response = await call({ prompt: 'a fox' }, 'slow');
			expect(response.status).toBe(200);
			return response;
		});
		expect(isPng(Buffer.from(await again.arrayBuffer()))).toBe(true);
		expect(emulator.statistics().charged).toBe(1);
	});

	it('answers a delivery whose task failed with the error, also when it comes again', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		expect((await call({ prompt: 'a fox' }, 'failed')).status).toBe(502);
		const again = await call({ prompt: 'a fox' }, 'failed');
		expect(again.status).toBe(502);
		expect(await again.json()).toMatchObject({
			error: 'TASK_FAILED',
			message: expect.stringContaining('CUDA out of memory'),
		});
		expect(stage().emulator.statistics().charged).toBe(1);
	});

	it('answers with the picture of the prompt, as the type that it is', async () => {
		const response = await call({ prompt: 'a "quoted" fox' });
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(isPng(Buffer.from(await response.arrayBuffer()))).toBe(true);
		const [task] = stage().emulator.statistics().perTask;
		expect(response.headers.get('x-task-id')).toBe(task?.id);
		expect(stage().sent().map(promptOf)).toEqual(['a "quoted" fox']);
	});

	it('answers 502 with the reason and the id of a task that failed', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		const response = await call({ prompt: 'a fox' });
		expect(response.status).toBe(502);
		const [task] = stage().emulator.statistics().perTask;
		expect(await response.json()).toEqual({
			error: 'TASK_FAILED',
			message: expect.stringContaining('CUDA out of memory'),
			task_id: task?.id,
		});
	});

	it.each([{}, { prompt: ' ' }, { prompt: 5 }, { text: 'a fox' }])(
		'answers 400 to %j, says what to send, and creates no task',
		async (body) => {
			const response = await call(body);
			expect(response.status).toBe(400);
			expect(await response.json()).toMatchObject({ message: expect.stringContaining('"prompt"') });
			expect(stage().emulator.statistics().charged).toBe(0);
		},
	);
}

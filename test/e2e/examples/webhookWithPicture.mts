import { isPng } from '../../realN8n/servedFiles.mts';
import { promptOf, type ExampleStage } from './exampleStage.mts';
import { webhookOf } from './webhook.mts';

/** Promises of examples/webhook-with-picture.json. */
export function webhookWithPicture(stage: () => ExampleStage): void {
	const call = webhookOf(stage, 'webhook-with-picture', 'instasd-picture');

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

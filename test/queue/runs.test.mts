import { textToImage } from '../../sandbox/emulator/apis.mts';
import { finishedExecution, stopExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { eventually } from '../realN8n/eventually.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { openQueueStage, startsOn, workerOf } from '../realN8n/queueMode/queueStage.mts';
import { isPng } from '../realN8n/servedFiles.mts';
import { useStage } from '../useStage.mts';
import { call, executionsOf, pictureNode, publish, webhook } from '../realN8n/webhookWorkflows.mts';
import { picturesOf } from './picture.mts';

const stage = useStage(() => openQueueStage([textToImage]));

const node = async () => pictureNode(await stage().credentialFor(stage().api(textToImage.name)));

describe('webhook calls in queue mode', () => {
	it('are worked by both workers at once, and each gives its own picture, byte for byte', async () => {
		stage().emulator.setBehaviour({ durationMs: 5000 });
		const workflow = await publish(stage(), [webhook('ten'), await node()]);
		const prompts = Array.from({ length: 10 }, (_, index) => `picture ${index}`);
		await Promise.all(prompts.map(async (prompt) => await call(stage(), 'ten', { prompt })));
		const executions = await executionsOf(stage(), workflow, 10, 'success', 'error');

		const pictures = await Promise.all(executions.map(({ id }) => picturesOf(stage(), id)));
		expect(pictures.map(({ length }) => length)).toEqual(prompts.map(() => 1));
		for (const { file, bytes, served } of pictures.flat()) {
			expect(file).toMatchObject({
				mimeType: 'image/png',
				id: expect.stringMatching(/^database:/),
			});
			expect(isPng(served)).toBe(true);
			expect(bytes.equals(served)).toBe(true);
		}
		const made = pictures.flat().map(({ prompt }) => prompt);
		expect(made.sort()).toEqual(prompts);
		const ids = executions.map(({ id }) => `'${id}'`).join();
		const stored = `select count(*) from binary_data where "sourceId" in (${ids})`;
		expect(await stage().postgres.query(stored)).toEqual(['10']);

		const shares = stage().workers.map(
			(worker) => executions.filter(({ id }) => startsOn(worker, id) === 1).length,
		);
		expect(Math.min(...shares)).toBeGreaterThan(0);
		expect(shares.reduce((sum, share) => sum + share)).toBe(10);
		const { charged, maxUnfinished } = stage().emulator.statistics();
		expect(charged).toBe(10);
		// More than one worker has under way.
		expect(maxUnfinished).toBeGreaterThan(5);
	});

	it('are answered with the picture itself, which a worker made and the main never saw', async () => {
		const workflow = await publish(stage(), [webhook('picture', 'last file'), await node()]);
		const response = await call(stage(), 'picture');
		expect(response.headers.get('content-type')).toBe('image/png');
		const [execution] = await executionsOf(stage(), workflow, 1, 'success');
		const [picture] = await picturesOf(stage(), execution?.id ?? '');
		const answer = Buffer.from(await response.arrayBuffer());
		expect(answer.equals(picture?.served ?? Buffer.alloc(0))).toBe(true);
		expect(workerOf(stage(), execution?.id ?? '')).toBeDefined();
	});
});

describe('Stop, pressed at the main,', () => {
	const started = {
		'a production run': async () => {
			const workflow = await publish(stage(), [webhook('long'), await node()]);
			await call(stage(), 'long');
			const [execution] = await executionsOf(stage(), workflow, 1, 'running');
			return execution?.id ?? '';
		},
		'a manual run': async () => {
			const workflow = await saveNodes(stage(), [manually, await node()]);
			return await runWorkflow(stage().session, workflow, manually.name);
		},
	};

	it.each(Object.entries(started))('ends the polling of %s on its worker', async (_, start) => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const id = await start();
		const task = await eventually(async () => {
			const [first] = stage().emulator.statistics().perTask;
			expect(first?.asked).toBeGreaterThanOrEqual(2);
			return first?.id ?? '';
		});
		const worker = workerOf(stage(), id);
		expect(worker?.log()).toContain(`has task ${task} for item 0`);

		await stopExecution(stage().session, id);
		expect((await finishedExecution(stage().session, id)).status).toBe('canceled');
		await eventually(async () =>
			expect(worker?.log()).toContain(`Worker errored while running execution ${id} (`),
		);
		const asked = () => stage().emulator.task(task)?.asked;
		const askedAtStop = asked();

		// Another task is polled at the same pace, while the stopped one is not.
		stage().emulator.setBehaviour({ durationMs: 5000 });
		const other = await saveNodes(stage(), [manually, await node()]);
		const yardstick = await runWorkflow(stage().session, other, manually.name);
		expect((await finishedExecution(stage().session, yardstick)).status).toBe('success');
		expect(stage().emulator.statistics().perTask[1]?.asked).toBeGreaterThanOrEqual(4);
		expect(asked()).toBe(askedAtStop);
		expect(stage().emulator.statistics().charged).toBe(2);
	});
});

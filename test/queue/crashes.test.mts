import { textToImage } from '../../sandbox/emulator/apis.mts';
import {
	finishedExecution,
	listExecutions,
	retryExecution,
} from '../../sandbox/n8n/executions.mts';
import type { N8nServer } from '../../sandbox/n8n/server.mts';
import { eventually } from '../realN8n/eventually.mts';
import { openQueueStage, startsOn, workerOf } from '../realN8n/queueMode/queueStage.mts';
import { useStage } from '../useStage.mts';
import { call, executionsOf, pictureNode, publish, webhook } from '../realN8n/webhookWorkflows.mts';
import { picturesOf } from './picture.mts';

/** A worker is given up sooner than by n8n's own settings: a lock of 60 s, looked at every 30 s. */
const soon = {
	QUEUE_WORKER_LOCK_DURATION: '15000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

const stage = useStage(() => openQueueStage([textToImage], { env: soon }));

const node = async (options: Record<string, unknown> = {}) =>
	pictureNode(await stage().credentialFor(stage().api(textToImage.name)), { options });
/** Keeps tasks running, as far as the service tells, until `clearFaults`. */
const hold = (...numbers: number[]) => {
	for (const taskNumber of numbers) {
		const fields = { status: 'IN_PROGRESS' };
		stage().emulator.addFault({
			call: 'status',
			taskNumber,
			kind: 'patch',
			fields,
			times: Infinity,
		});
	}
};
const tasks = () => {
	const { perTask } = stage().emulator.statistics();
	return perTask.map(({ id }) => id);
};

/** The execution that a call of this webhook has begun, and the worker it runs on. */
async function begun(workflow: string, path: string): Promise<{ id: string; worker: N8nServer }> {
	await call(stage(), path);
	const [execution] = await executionsOf(stage(), workflow, 1, 'running', 'error');
	const id = execution?.id ?? '';
	const worker = await eventually(async () => {
		const found = workerOf(stage(), id);
		if (found === undefined) throw new Error(`No worker has begun execution ${id}`);
		return found;
	});
	return { id, worker };
}

/** Kills a worker, has another one begin, and gives those that live. */
async function replace(worker: N8nServer): Promise<void> {
	await worker.kill();
	await stage().startWorker();
}

describe('Retry in queue mode, on another worker than the first try,', () => {
	it('takes up tasks that the node has timed out waiting for: none is paid for again', async () => {
		hold(1, 2);
		const options = { generationsPerItem: 2, timeoutSeconds: 3 };
		const workflow = await publish(stage(), [webhook('impatient'), await node(options)]);
		const { id, worker } = await begun(workflow, 'impatient');
		expect(await finishedExecution(stage().session, id)).toMatchObject({
			status: 'error',
			result: { error: { message: expect.stringContaining('3 s') } },
		});
		const before = tasks();
		expect(before).toHaveLength(2);
		await replace(worker);
		stage().emulator.clearFaults();

		const retried = await retryExecution(stage().session, id);
		expect((await finishedExecution(stage().session, retried)).status).toBe('success');
		expect(startsOn(worker, retried)).toBe(0);
		expect(workerOf(stage(), retried)).toBeDefined();
		const pictures = await picturesOf(stage(), retried);
		expect(pictures.map(({ task }) => task).sort()).toEqual(before.sort());
		for (const { bytes, served } of pictures) expect(bytes.equals(served)).toBe(true);
		expect(stage().emulator.statistics().charged).toBe(2);
	});
});

/**
 * What n8n 2.41.1 says about a run whose worker was killed, in its executions list (status 'error', without the data of
 * any node) and to the caller of the webhook (status 500).
 */
const killed = {
	error:
		'This execution failed to be processed too many times and will no longer retry. To allow this execution to complete, please break down your workflow or scale up your workers or adjust your worker settings.',
	answer: { message: 'Error in workflow' },
};

describe('kill -9 of a worker in the middle of a wait', () => {
	it('submits nothing again, also when it is retried; the task’s id is in the log of the worker', async () => {
		stage().emulator.setBehaviour({ durationMs: 600_000 });
		const workflow = await publish(stage(), [webhook('killed', 'last item'), await node()]);
		const answer = call(stage(), 'killed');
		const [execution] = await executionsOf(stage(), workflow, 1, 'running');
		const id = execution?.id ?? '';
		await eventually(async () =>
			expect(stage().emulator.statistics().perTask[0]?.asked).toBeGreaterThanOrEqual(2),
		);
		const [task] = tasks();
		const worker = workerOf(stage(), id);
		expect(worker?.log()).toContain(`has task ${task} for item 0`);
		await worker?.kill();
		await stage().startWorker();

		const ended = await finishedExecution(stage().session, id, { timeoutSeconds: 300 });
		expect(ended).toMatchObject({ status: 'error', result: { error: { message: killed.error } } });
		expect(ended.result.runData).toEqual({});
		const response = await answer;
		expect(response.status).toBe(500);
		expect(await response.json()).toEqual(killed.answer);
		expect(tasks()).toEqual([task]);
		const starts = stage().workers.map((other) => startsOn(other, id));
		expect(starts.filter(Boolean)).toEqual([1]);

		const retried = await retryExecution(stage().session, id);
		const again = await finishedExecution(stage().session, retried);
		expect(again).toMatchObject({ status: 'error', result: { error: { message: killed.error } } });
		expect(tasks()).toEqual([task]);
	});
});

describe('the main, ended while a worker waits for a task,', () => {
	const ends: Array<[string, (main: N8nServer) => Promise<void>]> = [
		['stopped', async (main) => await main.stop()],
		['killed by kill -9', async (main) => await main.kill()],
	];

	it.each(ends)('%s, and started again, has the results of all runs', async (how, end) => {
		hold(1, 2);
		const path = how.replaceAll(' ', '-');
		const workflow = await publish(stage(), [webhook(path), await node()]);
		await call(stage(), path);
		await call(stage(), path);
		await eventually(async () => expect(tasks()).toHaveLength(2));
		const executions = await executionsOf(stage(), workflow, 2, 'running');
		const finished = () =>
			executions.filter(({ id }) =>
				stage().workers.some((worker) =>
					worker.log().includes(`Worker finished execution ${id} (`),
				),
			);

		// One run ends while there is no main, the other when there is one again.
		await end(stage().n8n);
		stage().emulator.clearFaults();
		hold(2);
		await eventually(async () => expect(finished()).toHaveLength(1));
		await stage().startMainAgain();
		expect(finished()).toHaveLength(1);
		stage().emulator.clearFaults();

		const done = await executionsOf(stage(), workflow, 2, 'success', 'error', 'crashed');
		expect(done.map(({ status }) => status)).toEqual(['success', 'success']);
		for (const { id } of done) {
			const [picture] = await picturesOf(stage(), id);
			expect(picture?.bytes.equals(picture.served)).toBe(true);
		}
		expect(await listExecutions(stage().session, workflow)).toHaveLength(2);
		expect(stage().emulator.statistics().charged).toBe(2);
	});
});

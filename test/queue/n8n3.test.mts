import { rm } from 'node:fs/promises';
import path from 'node:path';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { formFields } from '../../sandbox/n8n/session.mts';
import { finishedExecution, outputItems, retryExecution } from '../../sandbox/n8n/executions.mts';
import { SANDBOX_FOLDER } from '../../sandbox/n8n/folders.mts';
import { runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { continuing, manually, nodeName, saveNodes } from '../realN8n/nodes.mts';
import { openQueueStage, workerOf } from '../realN8n/queueMode/queueStage.mts';
import { pictureNode } from '../realN8n/webhookWorkflows.mts';
import { useStage } from '../useStage.mts';
import { picturesOf } from './picture.mts';

const sharedFiles = path.join(SANDBOX_FOLDER, 'shared-files');
/** What n8n 3.0 does of its own accord, as far as n8n 2.41 has switches for it. */
const asInN8n3 = {
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
	// The other tests of queue mode keep files in the database.
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_STORAGE_PATH: sharedFiles,
	N8N_SSRF_PROTECTION_ENABLED: 'true',
	N8N_SSRF_BLOCKED_IP_RANGES: 'default,100.64.0.0/10',
	// The emulator stands for a service on the internet.
	N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32',
	// 60 in n8n 3.0. In seconds.
	N8N_RUNNERS_TASK_TIMEOUT: '5',
};
const longerThanTheTimeoutMs = 6_000;

const stage = useStage(() => openQueueStage([textToImage], { workers: 1, env: asInN8n3 }));
afterAll(async () => await rm(sharedFiles, { recursive: true, force: true }));

const node = async (name: string, parameters = {}, changes = {}): Promise<WorkflowNode> => {
	const credential = await stage().credentialFor(stage().api(textToImage.name), changes);
	return { ...pictureNode(credential, parameters), name };
};
const code = (name: string, jsCode: string): WorkflowNode => ({
	...{ name, type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode } },
});
/** Runs these nodes from the editor, to the last one by *Execute step*, on the worker. */
const run = async (...nodes: WorkflowNode[]) => {
	const workflow = await saveNodes(stage(), [manually, ...nodes]);
	const id = await runWorkflow(stage().session, workflow, manually.name, nodes.at(-1)?.name);
	const execution = await finishedExecution(stage().session, id);
	expect(workerOf(stage(), id)).toBeDefined();
	return execution;
};
const charged = () => stage().emulator.statistics().charged;

describe('with the settings of n8n 3.0', () => {
	it('the form has its fields, and *Wait for Task* gives the image of *Run Task*, byte for byte', async () => {
		const runTask = await node('Run', { operation: 'runTask' });
		expect((await formFields(stage().session, runTask)).fields).toHaveLength(10);
		const { id } = await run(runTask, await node('Wait', { operation: 'waitForTask' }));
		const [image] = await picturesOf(stage(), id, 'Wait');
		expect(image?.file.id).toMatch(/^filesystem-v2:/);
		expect(image?.bytes.equals(image.served)).toBe(true);
		expect(charged()).toBe(1);
	});

	it('Retry of a run from the editor takes up the task that it had timed out waiting for', async () => {
		const fields = { status: 'IN_PROGRESS' };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields, times: Infinity });
		const failed = await run(await node(nodeName, { options: { timeoutSeconds: 2 } }));
		expect(failed.result.error?.message).toContain('is not finished after 2 s');
		stage().emulator.clearFaults();
		const retried = await retryExecution(stage().session, failed.id);
		expect((await finishedExecution(stage().session, retried)).status).toBe('success');
		expect(await picturesOf(stage(), retried)).toHaveLength(1);
		expect(charged()).toBe(1);
	});

	it('a task may take longer than a Code node', async () => {
		stage().emulator.setBehaviour({ durationMs: longerThanTheTimeoutMs });
		const endless = code('Endless', 'for (;;) await new Promise((wake) => setTimeout(wake, 100));');
		const { id, result } = await run(await node(nodeName), endless);
		expect(result.error?.message).toContain('timed out');
		expect(await picturesOf(stage(), id)).toHaveLength(1);
	});

	it('an API on a blocked address is refused with the setting that allows it, and nothing is sent', async () => {
		const apiUrl = 'https://100.64.0.1/api_endpoints/abc';
		const { result } = await run(await node(nodeName, {}, { apiUrl }));
		expect(result.error?.message).toMatch(/was not created: .*N8N_SSRF_ALLOWED_IP_RANGES/);
		expect(stage().emulator.statistics().submits).toBe(0);
	});

	it('a file on a blocked address costs its task nothing: the error has the id, by which *Wait for Task* goes on', async () => {
		const fields = { image_urls: ['https://100.64.0.1/image.png'] };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields });
		const first = { ...(await node(nodeName)), ...continuing };
		const execution = await run(first, await node('Wait', { operation: 'waitForTask' }));
		expect(outputItems(execution, nodeName)).toMatchObject([
			{
				json: {
					error: { code: 'DOWNLOAD_FAILED', urls: fields.image_urls },
					message: expect.stringContaining('N8N_SSRF_ALLOWED_IP_RANGES'),
				},
			},
		]);
		const [task] = stage().emulator.statistics().perTask;
		expect(await picturesOf(stage(), execution.id, 'Wait')).toMatchObject([{ task: task?.id }]);
		expect(charged()).toBe(1);
	});
});

it('*Always Output Data* of *Get Status* adds an empty item to Completed in n8n 2.41, and the task is in Running', async () => {
	stage().emulator.setBehaviour({ durationMs: 3_600_000 });
	const ask = { ...(await node('Ask', { operation: 'getStatus' })), alwaysOutputData: true };
	const execution = await run(await node('Run', { operation: 'runTask' }), ask);
	expect(outputItems(execution, 'Ask', 0)).toMatchObject([{ json: {} }]);
	expect(outputItems(execution, 'Ask', 1)).toMatchObject([{ json: { finished: false } }]);
});

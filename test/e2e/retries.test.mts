import { textToImage } from '../../sandbox/emulator/apis.mts';
import {
	finishedExecution,
	outputItems,
	readExecution,
	retryExecution,
	stopExecution,
	type Execution,
} from '../../sandbox/n8n/executions.mts';
import { signIn } from '../../sandbox/n8n/session.mts';
import { type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { everyKind, ids, samples } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { instaSdNode, nodeName } from '../realN8n/nodes.mts';
import { refusedRun, retryChargedOnce } from '../realN8n/refusedRuns.mts';
import { openStage, startStageN8n } from '../realN8n/stage.mts';
import { photo, photoForm, uploadPhoto } from '../realN8n/uploads.mts';
import { useStage } from '../useStage.mts';
import { executionsOf, publish, webhook } from '../realN8n/webhookWorkflows.mts';

/** Where this n8n says that the world reaches it. */
const publicAddress = 'https://n8n.example.com/';

const envOf = (mode: string) => ({
	N8N_DEFAULT_BINARY_DATA_MODE: mode,
	WEBHOOK_URL: publicAddress,
});

let paths = 0;
const newPath = () => `retries-${++paths}`;

const toWebhook = { to: 'webhook', trigger: webhook } as const;
const toForm = { to: 'form', trigger: photoForm } as const;

describe.each(['filesystem', 'database'])('with files in the %s,', (mode) => {
	const stage = useStage(() => openStage([everyKind], {}, { env: envOf(mode) }));
	const charged = () => stage().emulator.statistics().charged;
	const task = () => stage().emulator.statistics().perTask[0]?.id ?? '';

	/** Uploads the photo to a workflow whose node uses it, and gives the execution once it is so. */
	const upload = async (
		{ to, trigger }: typeof toWebhook | typeof toForm,
		state: string,
		parameters: Record<string, unknown>,
		then: WorkflowNode[] = [],
	): Promise<Execution> => {
		const node = instaSdNode(await stage().credentialFor(stage().api(everyKind.name)));
		const inputs = {
			mappingMode: 'defineBelow',
			value: { ...samples, [ids.image]: 'photo' },
			schema: [],
		};
		const parametersOfNode = { ...node.parameters, inputs, downloadFiles: false, ...parameters };
		const path = newPath();
		const nodes = [trigger(path), { ...node, parameters: parametersOfNode }, ...then];
		const workflow = await publish(stage(), nodes);
		await uploadPhoto(stage(), path, to);
		const [execution] = await executionsOf(stage(), workflow, 1, state);
		return await readExecution(stage().session, execution?.id ?? '');
	};
	const retry = async (id: string) =>
		await finishedExecution(stage().session, await retryExecution(stage().session, id));
	const impatient = { options: { timeoutSeconds: 2 } };

	describe.each([toWebhook, toForm])('a retry of a run with a file from a $to', (source) => {
		it('takes up the task whose timeout ended the run: it is charged once', async () => {
			stage().emulator.setBehaviour({ durationMs: 8_000 });
			const failed = await upload(source, 'error', impatient);
			expect(failed.result.error?.message).toContain(task());
			await retry(failed.id);
			expect(charged()).toBe(1);
			const done = await eventually(async () => {
				const retried = await retry(failed.id);
				expect(retried.status).toBe('success');
				return retried;
			});
			expect(outputItems(done, nodeName)[0]?.json).toMatchObject({ task_id: task() });
			expect(charged()).toBe(1);
		});
	});

	describe('the signed link of an uploaded file answers with the file', () => {
		const linked = { operation: 'runTask', options: { sendFilesAs: 'url' } };
		const expectFile = async () => {
			const link = String(stage().sentValues()[0]?.[ids.image]);
			expect(link.startsWith(publicAddress)).toBe(true);
			const response = await fetch(link.replace(publicAddress, `${stage().n8n.url}/`));
			expect(response.status).toBe(200);
			expect(Buffer.from(await response.arrayBuffer()).equals(photo)).toBe(true);
		};

		it('after the execution has ended', async () => {
			await upload(toWebhook, 'success', linked);
			await expectFile();
		});

		it('after the execution is parked', async () => {
			const wait: WorkflowNode = {
				name: 'Wait',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				webhookId: newPath(),
				parameters: { resume: 'webhook' },
			};
			const parked = await upload(toWebhook, 'waiting', linked, [wait]);
			await expectFile();
			await stopExecution(stage().session, parked.id);
		});
	});
});

describe('of one execution that failed before there was a task,', () => {
	const env = envOf('filesystem');
	const stage = useStage(() => openStage([textToImage], {}, { env }));
	const refused = async () => await refusedRun(stage(), newPath());
	const retry = async (id: string) => await retryChargedOnce(stage(), id);

	it('the newest retry, retried after a restart of n8n, takes up the task', async () => {
		const newest = await retry(await refused());
		const { n8n } = stage();
		await n8n.stop();
		stage().n8n = await startStageN8n(n8n.userFolder, { env });
		stage().session = await signIn(stage().n8n.url);
		await retry(newest);
	});
});

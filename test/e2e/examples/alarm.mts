import { productPicture } from '../../../sandbox/emulator/apis.mts';
import { readExecution } from '../../../sandbox/n8n/executions.mts';
import { activateWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { changeRows, createTable, insertRows } from '../../realN8n/dataTables.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { leadsTo, saveNodes } from '../../realN8n/nodes.mts';
import { call, executionsOf, pictureNode, webhook } from '../../realN8n/webhookWorkflows.mts';
import { jsonOf, play, type ExampleStage } from './exampleStage.mts';

/** Promises of examples/alarm.json. */
export function alarm(stage: () => ExampleStage): void {
	const importAlarm = async (): Promise<string> => {
		const { api, credentialFor, session } = stage();
		const credential = await credentialFor(api(productPicture.name));
		const { id } = await importExample(stage(), 'alarm', credential);
		await activateWorkflow(session, id);
		return id;
	};

	it('says which workflow failed, what happened, which tasks are paid, and how to have them', async () => {
		const { api, credentialFor, emulator, session } = stage();
		const errorWorkflow = await importAlarm();
		const rows = {
			...{ name: 'Rows', type: 'n8n-nodes-base.splitOut', typeVersion: 1 },
			parameters: { fieldToSplitOut: 'body.rows', options: {} },
		};
		const node = pictureNode(await credentialFor(api(productPicture.name)), {
			...{ inputMode: 'json', inputsJson: "={{ { prompt: $json['body.rows'] } }}" },
			options: { tasksAtOnce: 2 },
		});
		const failing = await saveNodes(
			stage(),
			[webhook('pays-and-fails'), rows, node],
			{ [node.name]: leadsTo('') },
			{ errorWorkflow },
		);
		await activateWorkflow(session, failing);
		emulator.setBehaviour(({ number }) =>
			number === 2 ? { durationMs: 1000, failWith: 'CUDA out of memory' } : { durationMs: 60_000 },
		);
		await call(stage(), 'pays-and-fails', { rows: ['one', 'two', 'three'] });

		const [called] = await executionsOf(stage(), errorWorkflow, 1, 'success');
		const execution = await readExecution(session, called?.id ?? '');
		const [given] = jsonOf(execution, 'When a workflow fails');
		const ids = emulator.statistics().perTask.map(({ id }) => id);
		expect(ids).toHaveLength(2);
		expect(given).toMatchObject({
			execution: {
				error: {
					context: {
						...{ code: 'TASK_FAILED', task_id: ids[1], task_count: 2, retryable: true, item: 1 },
						task_ids: expect.arrayContaining(ids),
					},
				},
			},
		});
		const [{ text, ...message } = { text: '' }] = jsonOf(execution, 'Your message');
		expect(message).toMatchObject({ code: 'TASK_FAILED', retryable: true });
		for (const part of ['Webhook, Rows, InstaSD', 'CUDA out of memory', ...ids, 'Wait for Task']) {
			expect(text).toContain(part);
		}
	});

	it('each morning looks whether the batch came to its end, and says what is not done', async () => {
		const { session } = stage();
		const id = await importAlarm();
		const messages = async (): Promise<unknown[]> => {
			const execution = await play(stage(), { id }, { trigger: 'Every morning' });
			expect(execution.status).toBe('success');
			return jsonOf(execution, 'Your message').map(({ text }) => text);
		};
		expect(await messages()).toEqual([expect.stringContaining('came to its end: never')]);
		await createTable(session, 'instasd_paid', { key: 'string', done: 'string', note: 'string' });
		await insertRows(session, 'instasd_paid', [{ key: 'night of the batch', done: 'yes' }]);
		expect(await messages()).toEqual([]);
		await insertRows(session, 'instasd_paid', [{ key: 'batch fox', note: 'look in InstaSD' }]);
		expect(await messages()).toEqual([expect.stringContaining('batch fox look in InstaSD')]);
		await changeRows(session, 'instasd_paid', ['key', 'batch fox'], { done: 'yes' });
		expect(await messages()).toEqual([]);
	});
}

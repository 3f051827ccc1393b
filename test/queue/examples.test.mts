import { productPicture } from '../../sandbox/emulator/apis.mts';
import { finishedExecution } from '../../sandbox/n8n/executions.mts';
import { activateWorkflow, runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { everyNight, importBatch, numberedRows } from '../e2e/examples/batchCopy.mts';
import { tableRows } from '../realN8n/dataTables.mts';
import { importExample } from '../realN8n/importedExamples.mts';
import { openQueueStage } from '../realN8n/queueMode/queueStage.mts';
import { call } from '../realN8n/webhookWorkflows.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openQueueStage([productPicture], { concurrency: 20 }));
const credential = async () => await stage().credentialFor(stage().api(productPicture.name));

it('two runs of a batch at once, on two workers and PostgreSQL, pay for each row once', async () => {
	const { emulator, session } = stage();
	const rows = numberedRows(200, 'twofold');
	const { id } = await importBatch(stage(), await credential(), rows);
	const runs = [
		await runWorkflow(session, id, everyNight),
		await runWorkflow(session, id, everyNight),
	];
	for (const run of runs) {
		const { status } = await finishedExecution(session, run, { timeoutSeconds: 400 });
		expect(status).toBe('success');
	}
	const made = (await tableRows(session, 'instasd_paid')).filter(({ key }) =>
		String(key).startsWith('batch twofold'),
	);
	expect(new Set(made.map(({ key }) => key)).size).toBe(rows.length);
	expect(made.map(({ done }) => done)).toEqual(made.map(() => 'yes'));
	expect(emulator.statistics().charged).toBe(rows.length);
});

it.each([
	['webhook-with-picture', 'instasd-picture'],
	['webhook-answer-at-once', 'instasd-answer-at-once'],
])('%s pays once for each of twenty deliveries that come twice at once', async (name, path) => {
	const { emulator, session, n8n } = stage();
	const { id } = await importExample(stage(), name, await credential());
	await activateWorkflow(session, id);
	const body = { prompt: 'a fox', callback_url: `${n8n.url}/nowhere` };
	const deliveries = Array.from({ length: 40 }, (_, index) => `delivery ${Math.floor(index / 2)}`);
	const answers = await Promise.all(
		deliveries.map(
			async (key) => (await call(stage(), path, body, { 'x-delivery-id': key })).status,
		),
	);
	expect(emulator.statistics().charged).toBe(20);
	expect(answers.filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
});

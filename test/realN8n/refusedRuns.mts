import { textToImage } from '../../sandbox/emulator/apis.mts';
import { finishedExecution, retryExecution } from '../../sandbox/n8n/executions.mts';
import type { Stage } from './stage.mts';
import { call, executionsOf, pictureNode, publish, webhook } from './webhookWorkflows.mts';

/** A run of "text to image" by a webhook, which fails before there is a task. Gives the execution's id. */
export async function refusedRun(stage: Stage, path: string): Promise<string> {
	stage.emulator.setBehaviour({ durationMs: 60_000 });
	stage.emulator.addFault({ call: 'submit', kind: 'status', status: 402 });
	const credential = await stage.credentialFor(stage.api(textToImage.name));
	const node = pictureNode(credential, { options: { timeoutSeconds: 2 } });
	const workflow = await publish(stage, [webhook(path), node]);
	await call(stage, path);
	const [failed] = await executionsOf(stage, workflow, 1, 'error');
	expect(stage.emulator.statistics().charged).toBe(0);
	return failed?.id ?? '';
}

/** Retries it. The retry ends by its timeout, and names the only task there is. Gives the retry's id. */
export async function retryChargedOnce({ session, emulator }: Stage, id: string): Promise<string> {
	const retried = await finishedExecution(session, await retryExecution(session, id));
	const { charged, perTask } = emulator.statistics();
	expect(charged).toBe(1);
	expect(retried.result.error?.message).toContain(perTask[0]?.id);
	return retried.id;
}

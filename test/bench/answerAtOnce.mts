import { productPicture } from '../../sandbox/emulator/apis.mts';
import { activateWorkflow } from '../../sandbox/n8n/workflows.mts';
import { startCallback } from '../e2e/examples/callback.mts';
import { importExample } from '../realN8n/importedExamples.mts';
import { openStage } from '../realN8n/stage.mts';
import { call } from '../realN8n/webhookWorkflows.mts';

export const answerCalls = 20;

/** How one n8n stood twenty calls at once of the example webhook-answer-at-once. */
export interface AnswerRow {
	setting: string;
	/** Calls that were answered with 202 and the id of a task. */
	answered: number;
	charged: number;
	/** How long the calls waited for their answers, in seconds. */
	median: number;
	slowest: number;
}

/** The settings of n8n that are measured: as it is installed, and with its older way to evaluate expressions. */
const settings: Array<{ setting: string; env: NodeJS.ProcessEnv }> = [
	{ setting: 'n8n as it is installed', env: {} },
	{
		setting: '`N8N_EXPRESSION_ENGINE=legacy`',
		env: { N8N_EXPRESSION_ENGINE: 'legacy' },
	},
];

/** Calls the example's webhook twenty times at once, each with a key of its own, in each setting of n8n. */
export async function answerFigures(): Promise<AnswerRow[]> {
	const rows: AnswerRow[] = [];
	for (const { setting, env } of settings) {
		rows.push({ setting, ...(await answersOf(env)) });
	}
	return rows;
}

async function answersOf(env: NodeJS.ProcessEnv): Promise<Omit<AnswerRow, 'setting'>> {
	const stage = await openStage([productPicture], {}, { env });
	const callback = await startCallback();
	try {
		const credential = await stage.credentialFor(stage.api(productPicture.name));
		const { id } = await importExample(stage, 'webhook-answer-at-once', credential);
		await activateWorkflow(stage.session, id);
		const send = async (key: string): Promise<{ status: number; seconds: number }> => {
			const body = { prompt: 'a fox', callback_url: callback.url };
			const start = performance.now();
			const path = 'instasd-answer-at-once';
			const { status } = await call(stage, path, body, { 'x-delivery-id': key });
			return { status, seconds: (performance.now() - start) / 1000 };
		};
		// As in an n8n that has been running for a while.
		for (let round = 0; round < answerCalls; round++) await send(`warm-up ${round}`);
		stage.emulator.reset();
		stage.emulator.setBehaviour({ durationMs: 3000 });
		const keys = Array.from({ length: answerCalls }, (_, index) => `call ${index}`);
		const answers = await Promise.all(keys.map(send));
		const waited = answers.map(({ seconds }) => seconds).sort((one, other) => one - other);
		return {
			answered: answers.filter(({ status }) => status === 202).length,
			charged: stage.emulator.statistics().charged,
			median: waited[Math.floor(waited.length / 2)] ?? NaN,
			slowest: waited.at(-1) ?? NaN,
		};
	} finally {
		await callback.close();
		await stage.close();
	}
}

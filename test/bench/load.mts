import { z } from 'zod';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { openQueueStage } from '../realN8n/queueMode/queueStage.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import { call, pictureNode, publish, webhook } from '../realN8n/webhookWorkflows.mts';
import { watchMemory } from './memory.mts';

export const calls = 50;
export const durationMs = 3000;

/** How one way to run n8n stood fifty webhook calls at once. */
export interface LoadRow {
	setting: string;
	/** Calls that were answered with a finished task. */
	answered: number;
	charged: number;
	/** From the first call to the last answer. */
	seconds: number;
	/** By how much the main, and all workers together, grew at most, in bytes. */
	mainGrown: number;
	workersGrown: number;
}

interface Setting {
	name: string;
	open: () => Promise<{ stage: Stage; workers: number[]; close: () => Promise<void> }>;
}

const inQueueMode = (concurrency: number): Setting => ({
	name: `queue mode: two workers, concurrency ${concurrency}`,
	open: async () => {
		const stage = await openQueueStage([textToImage], { concurrency });
		return { stage, workers: stage.workers.map(({ pid }) => pid ?? 0), close: stage.close };
	},
});

const settings: Setting[] = [
	{
		name: 'regular mode: one n8n, SQLite',
		open: async () => {
			const stage = await openStage([textToImage]);
			return { stage, workers: [], close: stage.close };
		},
	},
	inQueueMode(5),
	inQueueMode(25),
];

/** Calls a webhook fifty times at once, whose workflow runs a task of 3 seconds, in each way to run n8n. */
export async function loadFigures(): Promise<LoadRow[]> {
	const rows: LoadRow[] = [];
	for (const { name, open } of settings) {
		const { stage, workers, close } = await open();
		try {
			rows.push({ setting: name, ...(await load(stage, workers)) });
		} finally {
			await close();
		}
	}
	return rows;
}

async function load(stage: Stage, workers: number[]): Promise<Omit<LoadRow, 'setting'>> {
	const credential = await stage.credentialFor(stage.api(textToImage.name));
	await publish(stage, [webhook('load', 'last item'), pictureNode(credential)]);
	// The first runs of each process load what all others use.
	for (let round = 0; round < 3; round++) await callAtOnce(stage, 4);

	stage.emulator.reset();
	stage.emulator.setBehaviour({ durationMs });
	const main = watchMemory(stage.n8n.pid ?? 0);
	const others = workers.map(watchMemory);
	const start = performance.now();
	const answered = await callAtOnce(stage, calls);
	return {
		answered,
		seconds: (performance.now() - start) / 1000,
		charged: stage.emulator.statistics().charged,
		mainGrown: main.grown(),
		workersGrown: others.reduce((sum, { grown }) => sum + grown(), 0),
	};
}

const answerSchema = z.object({ status: z.literal('COMPLETED'), task_id: z.string() });

/** How many different tasks the answers tell of. */
async function callAtOnce(stage: Stage, count: number): Promise<number> {
	const answers = await Promise.all(
		Array.from({ length: count }, async () => {
			const response = await call(stage, 'load');
			return answerSchema.safeParse(await response.json().catch(() => undefined));
		}),
	);
	return new Set(answers.flatMap(({ data }) => (data === undefined ? [] : [data.task_id]))).size;
}

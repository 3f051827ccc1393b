import { setTimeout as sleep } from 'node:timers/promises';
import { productPicture } from '../../sandbox/emulator/apis.mts';
import { finishedExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { everyNight, importBatch, numberedRows } from '../e2e/examples/batchCopy.mts';
import { tableRows } from '../realN8n/dataTables.mts';
import { openStage } from '../realN8n/stage.mts';
import { memoryOf, watchMemory } from './memory.mts';

export const batchTaskMs = 1500;
const rows = Number(process.env.BATCH_ROWS ?? 2000);

/** How one n8n stood a night of the example batch. */
export interface NightRow {
	rows: number;
	done: number;
	charged: number;
	seconds: number;
	/** What n8n's process held before, when half of the rows were made, and at most, in bytes. */
	before: number;
	atHalf: number;
	atMost: number;
}

/** Runs the example batch once, with a file of 1 MB for each row. */
export async function nightFigures(): Promise<NightRow> {
	const stage = await openStage([productPicture]);
	try {
		const { emulator, n8n, session } = stage;
		const credential = await stage.credentialFor(stage.api(productPicture.name));
		const warmUp = await importBatch(stage, credential, { list: 'warm_up' });
		await finishedExecution(session, await runWorkflow(session, warmUp.id, everyNight));
		const list = 'night_rows';
		const { id } = await importBatch(stage, credential, { list, rows: numberedRows(rows) });
		emulator.reset();
		emulator.setBehaviour({ durationMs: batchTaskMs, images: 0, videos: 1, videoBytes: 1_000_000 });
		const pid = n8n.pid ?? 0;
		const memory = watchMemory(pid);
		const start = performance.now();
		const run = await runWorkflow(session, id, everyNight);
		while (emulator.statistics().charged < rows / 2) await sleep(1000);
		const atHalf = memoryOf(pid, 'VmRSS');
		await finishedExecution(session, run, { timeoutSeconds: 3600 });
		const seconds = (performance.now() - start) / 1000;
		const made = await tableRows(session, list);
		return {
			...{ rows, seconds, atHalf },
			...{ before: memory.before, atMost: memory.before + memory.grown() },
			charged: emulator.statistics().charged,
			done: made.filter(({ state }) => state === 'done').length,
		};
	} finally {
		await stage.close();
	}
}

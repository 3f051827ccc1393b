import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { filesOf } from '../../sandbox/n8n/executions.mts';
import { apiWith } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { openStage } from '../realN8n/stage.mts';
import type { Figure } from './figures.mts';
import { mebibyte, watchMemory } from './memory.mts';
import { runNodes } from './timedRun.mts';

const gigabyte = 1_000_000_000;
const api = apiWith(1);

/** How much n8n's process grows while the node fetches one video of 1 GB, with n8n's own storage on disk. Linux only. */
export async function bigVideoFigures(): Promise<Figure[]> {
	const stage = await openStage([api]);
	try {
		const node = instaSdNode(await stage.credentialFor(stage.api(api.name)));
		const prompt = { inputMode: 'json', inputsJson: '{ "prompt": "a clip" }' };
		const withPrompt = { ...node, parameters: { ...node.parameters, ...prompt } };
		const fetchVideo = async (videoBytes: number) => {
			stage.emulator.setBehaviour({ durationMs: 100, images: 0, videos: 1, videoBytes });
			const start = performance.now();
			const execution = await runNodes(stage, [withPrompt]);
			const [file] = filesOf(execution);
			const stored = z.number().parse(file?.bytes);
			if (stored !== videoBytes) throw new Error(`${stored} of ${videoBytes} bytes were stored`);
			return performance.now() - start;
		};
		// What n8n loads at its first runs is not the video's.
		for (const bytes of [mebibyte, mebibyte, 50 * mebibyte]) await fetchVideo(bytes);
		await sleep(3000);
		const memory = watchMemory(stage.n8n.pid ?? 0);
		const took = await fetchVideo(gigabyte);
		const grown = memory.grown() / mebibyte;
		return [
			{
				what: 'one video of 1 GB, files on disk: growth of the process',
				goal: '≤ 48 MiB',
				figure: `${grown.toFixed(0)} MiB, from ${(memory.before / mebibyte).toFixed(0)} MiB (${Math.round(gigabyte / took / 1000)} MB/s)`,
				met: grown <= 48,
			},
		];
	} finally {
		await stage.close();
	}
}

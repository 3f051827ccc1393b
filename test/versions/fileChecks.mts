import { z } from 'zod';
import { downloadBinary, outputItems } from '../../sandbox/n8n/executions.mts';
import { ids } from '../e2e/apis.mts';
import type { Check } from './checks.mts';
import { instaSd, runToEnd, saveWorkflow } from './workflows.mts';

const json = { inputMode: 'json', inputsJson: '{}' };
const links = z.object({ image_urls: z.array(z.string()), video_urls: z.array(z.string()) });

async function bytesAt(link = ''): Promise<Buffer> {
	return Buffer.from(await (await fetch(link)).arrayBuffer());
}

/** Files out and in. */
export const fileChecks: Check[] = [
	{
		promise: 'Picture and video arrive as binary data, byte for byte',
		holds: async (scene) => {
			scene.emulator.setBehaviour({ images: 1, videos: 1, videoBytes: 3_000_000 });
			const node = instaSd(scene.credential, json);
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			const [item] = outputItems(execution, node.name);
			const files = Object.values(item?.binary ?? {});
			expect(files.map(({ mimeType }) => mimeType)).toEqual(['image/png', 'video/mp4']);
			const told = links.parse(item?.json);
			const sources = [...told.image_urls, ...told.video_urls];
			expect(sources).toHaveLength(2);
			for (const [index, file] of files.entries()) {
				const arrived = await downloadBinary(scene.session, file);
				expect(arrived.equals(await bytesAt(sources[index]))).toBe(true);
			}
			expect(scene.emulator.statistics().leaked).toBe(0);
		},
	},
	{
		promise: 'A picture goes into an input by the name of its binary field',
		holds: async (scene) => {
			const inputsJson = JSON.stringify({ 'Load Image': 'data' });
			const nodes = [
				instaSd(scene.credential, json, { name: 'First' }),
				instaSd(scene.credential, { inputMode: 'json', inputsJson }, { name: 'Second' }),
			];
			const execution = await runToEnd(scene, await saveWorkflow(scene, nodes));
			expect(execution.status).toBe('success');
			const picture = Object.values(outputItems(execution, 'First')[0]?.binary ?? {})[0];
			if (picture === undefined) throw new Error('The first node gave no picture');
			const bytes = await downloadBinary(scene.session, picture);
			expect(scene.sent()[1]?.[ids.image]?.value).toBe(bytes.toString('base64'));
		},
	},
];

import { formFields } from '../../sandbox/n8n/session.mts';
import { downloadBinary, outputItems, type Execution } from '../../sandbox/n8n/executions.mts';
import { ids, samples } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { bytesAt, linksOf } from '../realN8n/servedFiles.mts';
import type { Check } from './checks.mts';
import type { Scene } from './scene.mts';
import { instaSd, runToEnd, saveWorkflow } from './workflows.mts';

const json = { inputMode: 'json', inputsJson: '{ "prompt": "fox" }' };

/** Saves a workflow in which the second node is given what the first has made, and runs it. */
async function runSecond(scene: Scene, parameters: Record<string, unknown>): Promise<Execution> {
	const nodes = [
		instaSd(scene.credential, json, { name: 'First' }),
		instaSd(scene.credential, parameters, { name: 'Second' }),
	];
	return await runToEnd(scene, await saveWorkflow(scene, nodes));
}

const byName = (field: string) => ({
	inputMode: 'json',
	inputsJson: JSON.stringify({ 'Load Image': field }),
});

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
			const sources = linksOf(item);
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
			const execution = await runSecond(scene, byName('data'));
			expect(execution.status).toBe('success');
			const picture = Object.values(outputItems(execution, 'First')[0]?.binary ?? {})[0];
			if (picture === undefined) throw new Error('The first node gave no picture');
			const bytes = await downloadBinary(scene.session, picture);
			expect(scene.sent()[1]?.[ids.image]?.value).toBe(bytes.toString('base64'));
		},
	},
	{
		promise: 'A picture goes into an input as the file itself, `{{ $binary.data }}`',
		holds: async (scene) => {
			const { fields } = await formFields(scene.session, instaSdNode(scene.credential));
			const value = { ...samples, [ids.seed]: 'random', [ids.image]: '={{ $binary.data }}' };
			const inputs = { mappingMode: 'defineBelow', value, schema: fields };
			const { status, result } = await runSecond(scene, { inputMode: 'fields', inputs });
			return status === 'success' ? 'yes' : `no: ${result.error?.message}`;
		},
	},
	{
		promise: 'A binary field that is not there is refused with the names of those that are',
		holds: async (scene) => {
			const execution = await runSecond(scene, byName('photo'));
			const { message, description } = execution.result.error ?? {};
			const words = `${message} ${description}`;
			expect(scene.emulator.statistics().charged).toBe(1);
			return /'photo'/.test(words) && /\bdata\b/.test(words) ? 'yes' : `no: ${message}`;
		},
	},
	{
		promise: 'A file that is too large to be sent is refused with its size',
		holds: async (scene) => {
			scene.emulator.setBehaviour({ images: 0, videos: 1, videoBytes: 9_000_000 });
			const { result } = await runSecond(scene, byName('data'));
			const { message, description } = result.error ?? {};
			expect(`${message} ${description}`).toMatch(/12\.0 MB/);
			expect(scene.emulator.statistics().charged).toBe(1);
		},
	},
	{
		promise: 'A file that comes short is fetched again',
		holds: async (scene) => {
			scene.emulator.addFault({ call: 'file', kind: 'shortBody', times: 1 });
			const node = instaSd(scene.credential, json);
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			return scene.emulator.statistics().downloads > 1 && execution.status === 'success'
				? 'yes'
				: 'no: it is taken as it is';
		},
	},
	{
		promise: 'An empty file is fetched again',
		holds: async (scene) => {
			scene.emulator.addFault({ call: 'file', kind: 'emptyBody', times: 1 });
			const node = instaSd(scene.credential, json);
			const execution = await runToEnd(scene, await saveWorkflow(scene, [node]));
			const [item] = outputItems(execution, node.name);
			const [file] = Object.values(item?.binary ?? {});
			const arrived = file && (await downloadBinary(scene.session, file));
			return arrived?.equals(await bytesAt(linksOf(item)[0])) ? 'yes' : 'no: it is taken as it is';
		},
	},
];

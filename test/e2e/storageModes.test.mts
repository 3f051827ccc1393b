import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
	downloadBinary,
	filesOf,
	finishedExecution,
	outputItems,
	stopExecution,
} from '../../sandbox/n8n/executions.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { everyKind } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { manually, nodeName } from '../realN8n/nodes.mts';
import { bytesAt, linksOf } from '../realN8n/servedFiles.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';

const modes = [
	{ mode: 'filesystem', id: expect.stringMatching(/^filesystem-v2:/) },
	{ mode: 'database', id: expect.stringMatching(/^database:/) },
	// In memory, n8n's `default` mode: the file itself is in the execution's data.
	{ mode: 'default', id: undefined },
];

const video = { images: 0, videos: 1, videoBytes: 200_000_000 };

/** A stage for the tests of a `describe`, whose n8n keeps files in this way. */
const useStageIn = (mode: string) =>
	useStage(() => openStage([everyKind], {}, { env: { N8N_DEFAULT_BINARY_DATA_MODE: mode } }));

/** Begins to run a workflow with the node in it, and gives the execution's id. */
const start = async (stage: Stage): Promise<string> => {
	const credential = await stage.credentialFor(stage.api(everyKind.name));
	const workflow = await formWorkflow(stage, credential);
	return await runWorkflow(stage.session, workflow, manually.name);
};

const hashOf = async (chunks: AsyncIterable<Uint8Array | string>): Promise<string> => {
	const hash = createHash('sha256');
	for await (const chunk of chunks) hash.update(chunk);
	return hash.digest('hex');
};

async function* chunksOf(link: string): AsyncIterable<Uint8Array> {
	const reader = (await fetch(link)).body?.getReader();
	for (;;) {
		const next = await reader?.read();
		if (next?.value === undefined) return;
		yield next.value;
	}
}

/** All files that n8n keeps beside its database, with their sizes. */
const storedFiles = async ({ n8n }: Stage): Promise<Map<string, number>> => {
	const folder = path.join(n8n.userFolder, '.n8n', 'storage');
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	const sizes = files.map(async ({ parentPath, name }): Promise<[string, number]> => {
		const file = path.join(parentPath, name);
		// One that is gone by now is none.
		return [
			file,
			await stat(file).then(
				({ size }) => size,
				() => -1,
			),
		];
	});
	return new Map((await Promise.all(sizes)).filter(([, size]) => size >= 0));
};

describe.each(modes)('in the storage mode $mode', ({ mode, id }) => {
	const stage = useStageIn(mode);

	it('a picture and a video arrive byte for byte', async () => {
		const imageSize = { width: 300, height: 200 };
		stage().emulator.setBehaviour({ images: 1, imageSize, videos: 1, videoBytes: 3_000_000 });
		const execution = await finishedExecution(stage().session, await start(stage()));
		expect(execution.status).toBe('success');
		const files = filesOf(execution);
		expect(files.map((file) => file.id)).toEqual([id, id]);
		expect(files.map(({ fileName }) => fileName)).toEqual([
			expect.stringMatching(/^image_1-.+\.png$/),
			expect.stringMatching(/^video_1-.+\.mp4$/),
		]);
		for (const [index, link] of linksOf(outputItems(execution, nodeName)[0]).entries()) {
			const file = files[index];
			if (file === undefined) throw new Error(`There is no file for ${link}`);
			const arrived = await downloadBinary(stage().session, file);
			expect(arrived.equals(await bytesAt(link))).toBe(true);
		}
	});
});

describe('a video of 200 MB', () => {
	const stage = useStageIn('filesystem');

	it('is in the storage of n8n as the service has it, and nothing else is left beside it', async () => {
		stage().emulator.setBehaviour(video);
		const before = await storedFiles(stage());
		const execution = await finishedExecution(stage().session, await start(stage()), {
			timeoutSeconds: 300,
		});
		expect(execution.status).toBe('success');
		const added = [...(await storedFiles(stage()))].filter(([file]) => !before.has(file));
		const [big, ...more] = added.filter(([, size]) => size === video.videoBytes);
		expect(more).toEqual([]);
		expect(added.filter(([file]) => file.includes('.tmp.'))).toEqual([]);
		const [link = ''] = linksOf(outputItems(execution, nodeName)[0]);
		if (big === undefined) throw new Error('The video is nowhere in the storage');
		expect(await hashOf(createReadStream(big[0]))).toBe(await hashOf(chunksOf(link)));
	});

	it('leaves nothing in the storage when Stop is pressed in the middle of its download', async () => {
		stage().emulator.setBehaviour(video);
		stage().emulator.addFault({ call: 'file', kind: 'slow', bytesPerSecond: 2_000_000 });
		const before = [...(await storedFiles(stage())).keys()];
		const id = await start(stage());
		await eventually(async () => {
			const sizes = [...(await storedFiles(stage()))].filter(([file]) => file.includes('.tmp.'));
			expect(sizes).toEqual([[expect.any(String), expect.any(Number)]]);
			expect(sizes[0]?.[1]).toBeGreaterThan(1_000_000);
		});
		await stopExecution(stage().session, id);
		const { status } = await finishedExecution(stage().session, id);
		expect(status).toBe('canceled');
		await eventually(async () => expect([...(await storedFiles(stage())).keys()]).toEqual(before));
	});
});

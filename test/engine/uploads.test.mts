import type { IDataObject } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { withParameters } from './harness/workflowFile.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, nodeName, openStage, workflowWith } from './stage.mts';

/** Files that a webhook, a form or a chat has brought. */
const time = useNodeTime();
const stage = useStage(() =>
	openStage(
		{ time, behaviour: { durationMs: 20_000, images: 0 } },
		{ publicUrl: 'https://n8n.example.com/' },
	),
);
const content = Buffer.alloc(2_000, 'a');
const upload = async (fileName = 'photo.png') =>
	await stage().engine.uploaded(content, { fileName, mimeType: 'image/png' });

describe.each(['runTask', 'runAndWait'])(
	'an uploaded file, sent by %s as a signed link,',
	(operation) => {
		const run = async (settings: IDataObject = {}) => {
			const workflow = withParameters(
				{ ...workflowWith({}), settings },
				{
					[nodeName]: {
						...{ operation, downloadFiles: false, options: { sendFilesAs: 'url' } },
						inputs: { value: { [ids.prompt]: 'a', [ids.image]: 'photo' } },
					},
				},
			);
			const items = [{ json: {}, binary: { photo: await upload() } }];
			return await stage().run({}, { workflow, items, mode: 'webhook' });
		};
		const link = () => {
			const [task] = stage().emulator.statistics().perTask;
			return String(stage().emulator.task(task?.id ?? '')?.inputs?.[ids.image]?.value);
		};

		test('can be opened after the execution, which moves it', async () => {
			const ended = await run();
			expect(ended.status).toBe('success');
			expect((await stage().engine.readSignedUrl(link())).equals(content)).toBe(true);
			await time.sleep(6 * 24 * 3_600_000);
			expect((await stage().engine.readSignedUrl(link())).equals(content)).toBe(true);
		});

		test('is recognized by a retry', async () => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
			const failed = await run();
			const retried = await stage().retry(failed);
			expect([retried.error?.message, stage().emulator.statistics().charged]).toEqual([
				expect.stringContaining('ECONNRESET'),
				1,
			]);
		});

		test('is refused if the workflow keeps no executions and nobody waits for the task', async () => {
			const ended = await run({ saveDataSuccessExecution: 'none' });
			const waits = operation === 'runAndWait';
			expect(stage().emulator.statistics().submits).toBe(waits ? 1 : 0);
			if (!waits) expect(ended.error?.message).toContain('would expire as soon as this execution');
		});
	},
);

describe('the description that a form gives of a file, dragged onto an image input,', () => {
	const run = async (described: unknown, binary: Parameters<typeof itemOf>[1]) =>
		await stage().run(
			{
				...{ operation: 'runTask' },
				inputs: { value: { [ids.prompt]: 'a', [ids.image]: '={{ $json.Photo }}' } },
			},
			{ items: [itemOf(described, binary)], mode: 'webhook' },
		);
	const itemOf = (Photo: unknown, binary: Record<string, Awaited<ReturnType<typeof upload>>>) => ({
		json: { Photo } as IDataObject,
		binary,
	});
	const of = (filename: string, size = content.length) => ({
		...{ filename, mimetype: 'image/png', size },
	});
	const received = () => {
		const [task] = stage().emulator.statistics().perTask;
		return stage().emulator.task(task?.id ?? '')?.inputs?.[ids.image]?.value;
	};

	test.each<[string, (one: object) => unknown]>([
		['alone', (one) => one],
		['in a list', (one) => [one]],
	])('%s, is that file', async (_, wrapped) => {
		const binary = { Photo_0: await upload(), Photo_1: await upload('other.png') };
		const ended = await run(wrapped(of('photo.png')), binary);
		expect([ended.error?.message, received()]).toEqual([undefined, content.toString('base64')]);
	});

	test.each<[string, object, string[]]>([
		['of a file that the item does not have', of('gone.png'), ['photo.png']],
		// Phones call every photo image.jpg.
		['of the file by that name on another page', of('photo.png', 7), ['photo.png']],
		['of two files alike', of('photo.png'), ['photo.png', 'photo.png']],
	])('%s, is refused, and the error says what to type', async (_, described, files) => {
		const stored = await Promise.all(files.map(async (file) => await upload(file)));
		const binary = Object.fromEntries(stored.map((file, index) => [`Photo_${index}`, file]));
		const ended = await run(described, binary);
		expect(ended.error?.description).toContain('Give the name of the file itself');
		expect(ended.error?.description).toContain("A file of another node's item");
		expect(ended.error?.description).toContain('Photo_0');
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

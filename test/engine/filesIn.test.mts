import type { Readable } from 'node:stream';
import { BinaryDataService } from 'n8n-core';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { withParameters } from './harness/workflowFile.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, nodeName, openStage, workflowWith, type Stage } from './stage.mts';

// Files that a user gives; what each input takes is a table of test/unit/inputs.

/** "Text to image" with a second image of the same title, and a video. */
const api = {
	name: 'files',
	inputs: {
		...textToImage.inputs,
		[ids.image]: { title: 'Load Image', value: 'publicly available URL for the image' },
		'1111111111111111': { title: 'Load Image', value: 'https://example.com/mask.png' },
		'2222222222222222': { title: 'Load Video', value: 'https://example.com/clip.mp4' },
	},
};
const second = '1111111111111111';
const video = '2222222222222222';

const time = useNodeTime();
let stage: () => Stage;
/** What every test of a suite uses; an engine is one for the process, so suites open their own. */
function useN8n(n8n: Parameters<typeof openStage>[1]) {
	const own = useStage(() =>
		openStage({ time, apis: [api] }, { expressions: 'sandboxed', ...n8n }),
	);
	beforeAll(() => {
		stage = own;
	});
}

const bytes = (length: number, fill: string) => Buffer.alloc(length, fill);

const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
const page = Buffer.from(`<!DOCTYPE html><title>403 Zugriff für Gäste</title>${'.'.repeat(500)}`);
const atPublicUrl = { publicUrl: 'https://n8n.example.com/' };

async function itemWith(files: Record<string, Buffer>): Promise<INodeExecutionData> {
	const binary: INodeExecutionData['binary'] = {};
	for (const [name, content] of Object.entries(files)) {
		const mimeType = name === 'clip' ? 'video/mp4' : 'image/png';
		binary[name] = await stage().engine.binary(content, { fileName: `${name}.png`, mimeType });
	}
	return { json: {}, binary };
}

/** The form of the node with these values in it. */
const form = (value: INodeParameters): INodeParameters => ({
	downloadFiles: false,
	inputs: { mappingMode: 'defineBelow', value, schema: [] },
});

/** What the service got for each item. */
function sent(run: Run): Array<Record<string, unknown>> {
	return run.output(nodeName).map(({ json }) => {
		const { inputs = {} } = stage().emulator.task(String(json.task_id)) ?? {};
		return Object.fromEntries(Object.entries(inputs).map(([key, { value }]) => [key, value]));
	});
}

async function fileOf(content: Buffer, mimeType: string): Promise<INodeExecutionData> {
	const photo = await stage().engine.binary(content, { fileName: 'photo', mimeType });
	return { json: {}, binary: { photo } };
}
const submits = () => stage().emulator.statistics().submits;
const received = () =>
	JSON.stringify(
		stage()
			.created()
			.map((id) => stage().emulator.task(id)?.inputs),
	);

describe.each(['filesystem', 'default'] as const)(
	'a file of the item (storage: %s)',
	(binaryMode) => {
		useN8n({ ...atPublicUrl, binaryMode });

		test('named by its binary field is sent as base64, as are several of one item', async () => {
			const items = [
				await itemWith({ photo: bytes(1000, 'a'), mask: bytes(500, 'b') }),
				await itemWith({ photo: bytes(2000, 'c'), mask: bytes(10, 'd') }),
			];
			const run = await stage().run(form({ [ids.image]: 'photo', [second]: 'mask' }), { items });
			expect(run.error).toBeUndefined();
			expect(sent(run)).toEqual([
				expect.objectContaining({
					[ids.image]: bytes(1000, 'a').toString('base64'),
					[second]: bytes(500, 'b').toString('base64'),
				}),
				expect.objectContaining({
					[ids.image]: bytes(2000, 'c').toString('base64'),
					[second]: bytes(10, 'd').toString('base64'),
				}),
			]);
			// The output tells what was sent, not its content.
			expect(run.output(nodeName)[0]?.json.inputs).toMatchObject({
				[ids.image]: { value: "(base64 of 'photo', 1000 bytes)" },
			});
		});

		test('called by its own name is refused with the field to write', async () => {
			const about = { fileName: 'cat.png', mimeType: 'image/png' };
			const photo = await stage().engine.binary(bytes(10, 'a'), about);
			const items = [{ json: {}, binary: { photo } }];
			const run = await stage().run(form({ [ids.image]: 'cat.png', [second]: 'photo' }), { items });
			expect(run.error?.description).toContain("Write 'photo' here");
			expect(submits()).toBe(0);
		});

		test('that is too large is refused before anything is sent for any item', async () => {
			const items = [
				await itemWith({ photo: bytes(10, 'a') }),
				await itemWith({ photo: bytes(7_600_000, 'b') }),
			];
			const run = await stage().run(form({ [ids.image]: 'photo' }), { items });
			expect(run.error?.message).toMatch(/'Load Image 1' .*10\.1 MB.*\[item 1\]/);
			expect(run.error?.description).toContain('Send Files As');
			expect(submits()).toBe(0);
		});

		test.each([
			['is empty', Buffer.alloc(0), 'image/png'],
			['is a web page', page, 'text/html'],
		])(
			'that %s is refused by its name before anything is paid for',
			async (_, content, mimeType) => {
				for (const sendFilesAs of binaryMode === 'default' ? ['base64'] : ['base64', 'url']) {
					const inputs = form({ [ids.image]: 'photo', [second]: 'photo' });
					const items = [await fileOf(content, mimeType)];
					const run = await stage().run({ ...inputs, options: { sendFilesAs } }, { items });
					expect(run.error?.message).toContain('2 values are wrong');
					expect(run.error?.message).toContain("the file 'photo'");
				}
				expect(submits()).toBe(0);
			},
		);

		test('that n8n calls text is sent if it is an image', async () => {
			const run = await stage().run(form({ [ids.image]: 'photo' }), {
				items: [await fileOf(png, 'text/plain')],
			});
			expect(sent(run)).toMatchObject([{ [ids.image]: png.toString('base64') }]);
		});

		test('that is none spoils only its own item where the node continues', async () => {
			const [good, bad] = [await fileOf(png, 'image/png'), await fileOf(page, 'text/html')];
			const node = { onError: 'continueRegularOutput' as const };
			const inputs = form({ [ids.image]: 'photo', [second]: 'photo' });
			const run = await stage().run(inputs, { items: [bad, good, bad], node });
			expect(run.output(nodeName).map(({ json }) => json.error ?? json.status)).toEqual([
				expect.objectContaining({ code: 'INVALID_INPUT', task_id: null }),
				expect.any(String),
				expect.objectContaining({ code: 'INVALID_INPUT', task_id: null }),
			]);
			expect(stage().emulator.statistics().charged).toBe(1);
		});
	},
);

describe('a file that n8n calls text', () => {
	useN8n({});
	afterEach(() => jest.restoreAllMocks());

	test('is read no further than its type takes, and left open by nobody', async () => {
		const large = Buffer.concat([png, bytes(1_000_000, 'a')]);
		const { getAsStream } = BinaryDataService.prototype;
		const opened: Array<{ chunkSize: number | undefined; stream: Readable }> = [];
		jest.spyOn(BinaryDataService.prototype, 'getAsStream').mockImplementation(async function (
			this: BinaryDataService,
			id,
			chunkSize,
		) {
			const stream = await getAsStream.call(this, id, chunkSize);
			opened.push({ chunkSize, stream });
			return stream;
		});
		const items = [await fileOf(large, 'text/plain'), await fileOf(page, 'text/html')];
		const run = await stage().run(form({ [ids.image]: 'photo', [second]: 'photo' }), { items });
		expect(run.error?.message).toContain('[item 1]');
		const started = { chunkSize: 64, stream: { bytesRead: 64, destroyed: true } };
		expect(opened).toMatchObject([started, started, started, started]);
	});

	test('is not refused because it cannot be read: it may be readable when it is sent', async () => {
		jest
			.spyOn(BinaryDataService.prototype, 'getAsStream')
			.mockRejectedValueOnce(new Error('the storage is busy'));
		const items = [await fileOf(png, 'text/plain')];
		const run = await stage().run(form({ [ids.image]: 'photo' }), { items });
		expect(run.error).toBeUndefined();
		expect(stage().emulator.statistics().charged).toBe(1);
	});
});

describe('a file in n8n’s storage', () => {
	useN8n(atPublicUrl);

	test('may be given as the file itself', async () => {
		const items = [await itemWith({ photo: bytes(100, 'a') })];
		const run = await stage().run(form({ [ids.image]: '={{ $binary.photo }}' }), { items });
		expect(run.error).toBeUndefined();
		expect(sent(run)).toMatchObject([{ [ids.image]: bytes(100, 'a').toString('base64') }]);
	});

	test('can be sent as a signed link, whatever its size, and so can a video', async () => {
		const items = [await itemWith({ photo: bytes(12_000_000, 'a'), clip: bytes(100, 'v') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo', [video]: 'clip' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error).toBeUndefined();
		const [inputs = {}] = sent(run);
		for (const [id, content] of [
			[ids.image, bytes(12_000_000, 'a')],
			[video, bytes(100, 'v')],
		] as const) {
			const url = String(inputs[id]);
			expect(url).toMatch(/^https:\/\/n8n\.example\.com\/.*token=/);
			expect((await stage().engine.readSignedUrl(url)).equals(content)).toBe(true);
		}
		expect(run.output(nodeName)[0]?.json.inputs).toMatchObject({
			[video]: { value: "(link to 'clip', 100 bytes)" },
		});
	});
});

describe('in an n8n that the service cannot reach,', () => {
	useN8n({ publicUrl: 'http://localhost:5678/' });

	test('a signed link is refused before any other item is paid for, with the setting that helps', async () => {
		const items = [
			{ json: { image: 'https://example.com/a.png' } },
			await itemWith({ photo: bytes(10, 'a') }),
		];
		const run = await stage().run(
			{
				...form({ [ids.image]: '={{ $json.image ?? "photo" }}' }),
				options: { sendFilesAs: 'url' },
			},
			{ items },
		);
		expect(run.error?.message).toMatch(/localhost.*\[item 1\]/);
		expect(run.error?.description).toContain('WEBHOOK_URL');
		expect(submits()).toBe(0);
	});
});

describe('where n8n keeps files in memory,', () => {
	useN8n({ ...atPublicUrl, binaryMode: 'default' });

	test('a signed link is refused with the reason', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error?.message).toContain("cannot create a link to the file 'photo'");
		expect(submits()).toBe(0);
	});
});

describe('a file of another execution', () => {
	useN8n(atPublicUrl);
	const secret = Buffer.from('the file of somebody else '.repeat(10));
	/** As n8n describes it. */
	const foreign = async (): Promise<IDataObject> => ({
		...(await stage().engine.binary(secret, { fileName: 'secret.png', mimeType: 'image/png' })),
	});
	const give = (value: string) => form({ [ids.prompt]: 'a cat', [ids.image]: value });

	const ways: Array<[string, (file: IDataObject) => IDataObject, INodeParameters]> = [
		['an expression in the form', (file) => ({ file }), give('={{ $json.file }}')],
		[
			'the JSON',
			(file) => ({ file }),
			{ inputMode: 'json', inputsJson: `={{ ({ "${ids.image}": $json.file }) }}` },
		],
		[
			'text that is the JSON',
			(file) => ({ body: JSON.stringify({ 'Load Image': file }) }),
			{ inputMode: 'json', inputsJson: '={{ $json.body }}' },
		],
		[
			'automatic mapping',
			(file) => ({ 'Load Image': file }),
			{ inputs: { mappingMode: 'autoMapInputData', value: null, schema: [] } },
		],
		[
			'the form, as a signed link',
			(file) => ({ file }),
			{ ...give('={{ $json.file }}'), options: { sendFilesAs: 'url' } },
		],
		['a name that is a path into the json', (file) => ({ _files: { file } }), give('_files.file')],
		['a name of the json', (file) => ({ file }), give('file')],
	];

	test.each(ways)('is sent to nobody who names it in %s', async (_, json, parameters) => {
		const items = [{ json: json(await foreign()) }];
		const run = await stage().run({ operation: 'runTask', ...parameters }, { items });
		expect(run.error?.message).toContain("'Load Image 1'");
		expect(submits()).toBe(0);
	});

	const combined = async (json: IDataObject, given: string) => {
		const workflow = withParameters(
			{ ...workflowWith({}), settings: { binaryMode: 'combined' } },
			{ [nodeName]: { operation: 'runTask', ...give(given) } },
		);
		return await stage().run({}, { workflow, items: [{ json }] });
	};

	test.each(['photo', '_files.photo', '={{ $json._files.photo }}'])(
		'is not that of the item itself in binary mode "combined", which is sent by %s',
		async (given) => {
			const run = await combined({ _files: { photo: await foreign() } }, given);
			expect(run.error).toBeUndefined();
			expect(received()).toContain(secret.toString('base64'));
		},
	);

	test.each(['body.photo', '={{ $json.body.photo }}'])(
		'is not sent to the caller of a webhook who names it there by %s',
		async (given) => {
			const run = await combined({ body: { photo: await foreign() } }, given);
			expect(run.error?.message).toContain("'Load Image 1'");
			expect(submits()).toBe(0);
		},
	);

	test('cannot be claimed by an object that begins as the own one', async () => {
		const given = give('={{ ({ ...$binary.photo, data: "c2VjcmV0", bytes: 1 }) }}');
		const items = [await fileOf(Buffer.from('own'), 'image/png')];
		await stage().run({ operation: 'runTask', ...given }, { items });
		expect(received()).toContain(Buffer.from('own').toString('base64'));
	});
});

describe('a file that a webhook, a form or a chat has brought', () => {
	useN8n(atPublicUrl);
	const content = Buffer.alloc(2_000, 'a');
	const upload = async (fileName = 'photo.png') =>
		await stage().engine.uploaded(content, { fileName, mimeType: 'image/png' });
	const run = async (operation: string, settings: IDataObject = {}) => {
		const given = form({ [ids.prompt]: 'a', [ids.image]: 'photo' });
		const workflow = withParameters(
			{ ...workflowWith({}), settings },
			{ [nodeName]: { ...given, operation, options: { sendFilesAs: 'url' } } },
		);
		const items = [{ json: {}, binary: { photo: await upload() } }];
		return await stage().run({}, { workflow, items, mode: 'webhook' });
	};

	test.each(['runTask', 'runAndWait'])(
		'can be opened by the signed link of %s after the execution, which moves it',
		async (operation) => {
			expect((await run(operation)).status).toBe('success');
			const link = String(
				stage().emulator.task(stage().created()[0] ?? '')?.inputs?.[ids.image]?.value,
			);
			expect((await stage().engine.readSignedUrl(link)).equals(content)).toBe(true);
			await time.sleep(6 * 24 * 3_600_000);
			expect((await stage().engine.readSignedUrl(link)).equals(content)).toBe(true);
		},
	);

	test('is refused as a link if the workflow keeps no executions and nobody waits for the task', async () => {
		const keepsNone = { saveDataSuccessExecution: 'none' };
		expect((await run('runTask', keepsNone)).status).toBe('error');
		expect(submits()).toBe(0);
		expect((await run('runAndWait', keepsNone)).status).toBe('success');
	});

	test('is found by the description that a form gives of it, unless two are alike', async () => {
		const Photo = [{ filename: 'photo.png', mimetype: 'image/png', size: content.length }];
		const give = async (other: string) =>
			await stage().run(
				{ operation: 'runTask', ...form({ [ids.prompt]: 'a', [ids.image]: '={{ $json.Photo }}' }) },
				{
					items: [
						{ json: { Photo }, binary: { Photo_0: await upload(), Photo_1: await upload(other) } },
					],
					mode: 'webhook',
				},
			);
		expect((await give('other.png')).error).toBeUndefined();
		expect(received()).toContain(content.toString('base64'));
		expect((await give('photo.png')).error?.description).toContain('Photo_0');
		expect(submits()).toBe(1);
	});
});

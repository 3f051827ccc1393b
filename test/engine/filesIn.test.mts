import type { Readable } from 'node:stream';
import { BinaryDataService } from 'n8n-core';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, nodeName, openStage, type Stage } from './stage.mts';

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

describe.each(['filesystem', 'default'] as const)(
	'a file of the item (storage: %s)',
	(binaryMode) => {
		useN8n({ publicUrl: 'https://n8n.example.com/', binaryMode });

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

		test.each([
			['an expression that gives the name', form({ [ids.image]: '={{ "photo" }}' })],
			[
				'the JSON',
				{ downloadFiles: false, inputMode: 'json', inputsJson: { [ids.image]: 'photo' } },
			],
		])('may be named by %s', async (_, parameters) => {
			const items = [await itemWith({ photo: bytes(100, 'a') })];
			const run = await stage().run(parameters, { items });
			expect(run.error).toBeUndefined();
			expect(sent(run)).toMatchObject([{ [ids.image]: bytes(100, 'a').toString('base64') }]);
		});

		test('that it does not have is refused, with the names of those it has', async () => {
			const items = [await itemWith({ photo: bytes(10, 'a'), mask: bytes(10, 'b') })];
			const run = await stage().run(form({ [ids.image]: 'foto' }), { items });
			expect(run.error?.message).toContain("'Load Image 1'");
			expect(run.error?.description).toContain("'photo', 'mask'");
			expect(stage().emulator.statistics().submits).toBe(0);
		});

		test('that is too large is refused before anything is sent for any item', async () => {
			const items = [
				await itemWith({ photo: bytes(10, 'a') }),
				await itemWith({ photo: bytes(7_600_000, 'b') }),
			];
			const run = await stage().run(form({ [ids.image]: 'photo' }), { items });
			expect(run.error?.message).toContain('10 MB');
			expect(run.error?.message).toMatch(/'Load Image 1' .*10\.1 MB.*\[item 1\]/);
			expect(run.error?.description).toContain('Send Files As');
			expect(stage().emulator.statistics().submits).toBe(0);
		});
	},
);

/** A web page, of more than what is read of it. */
const page = Buffer.from(
	`<!DOCTYPE html>\n<title>403 Zugriff verweigert für Gäste</title>${'.'.repeat(500)}`,
);
const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');

async function fileOf(content: Buffer, mimeType: string, count = 1): Promise<INodeExecutionData> {
	const about = { fileName: 'photo', mimeType };
	const names = ['photo', 'mask'].slice(0, count);
	const binary = names.map(async (name) => [name, await stage().engine.binary(content, about)]);
	return { json: {}, binary: Object.fromEntries(await Promise.all(binary)) };
}

/** A run that gives a file, the same for each input, to both images. */
async function runWith(item: INodeExecutionData, options: INodeParameters = {}): Promise<Run> {
	const [first = '', last = first] = Object.keys(item.binary ?? {});
	return await stage().run(
		{ ...form({ [ids.image]: first, [second]: last }), options },
		{ items: [item] },
	);
}

describe.each(['filesystem', 'default'] as const)(
	'what is no image (storage: %s)',
	(binaryMode) => {
		useN8n({ publicUrl: 'https://n8n.example.com/', binaryMode });

		test('because it is empty, is refused by its name before anything is paid for', async () => {
			const run = await runWith(await fileOf(Buffer.alloc(0), 'image/png', 2));
			expect(run.error?.message).toContain('2 values are wrong');
			expect(run.error?.message).toContain(
				`'Load Image 1' (${ids.image}) cannot take the file 'photo': it is empty`,
			);
			expect(run.error?.message).toContain(
				`'Load Image 2' (${second}) cannot take the file 'mask': it is empty`,
			);
			expect(run.error?.description).toContain('Nothing was sent');
			expect(stage().emulator.statistics().submits).toBe(0);
		});

		test('but a file called by its own name, is refused with the field to write', async () => {
			const about = { fileName: 'cat.png', mimeType: 'image/png' };
			const photo = await stage().engine.binary(png, about);
			const items = [{ json: {}, binary: { photo } }];
			const run = await stage().run(form({ [ids.image]: 'cat.png', [second]: 'photo' }), { items });
			expect(run.error?.description).toContain("Write 'photo' here");
			expect(stage().emulator.statistics().submits).toBe(0);
		});

		test('because it is empty, is refused in n8n 2.0, too, which tells its size in words only', async () => {
			const { json, binary } = await fileOf(Buffer.alloc(0), 'image/png');
			for (const file of Object.values(binary ?? {})) delete file.bytes;
			const run = await runWith({ json, binary });
			expect(run.error?.message).toContain("cannot take the file 'photo': it is empty");
			expect(stage().emulator.statistics().submits).toBe(0);
		});

		test.each([
			['a web page', 'text/html', page],
			['a web page', 'text/html; charset=utf-8', page],
			['JSON', 'application/json', Buffer.from('{"error":"not found"}')],
			['XML', 'application/xml', Buffer.from('<Error><Code>AccessDenied</Code></Error>')],
			['one word', 'text/plain', Buffer.from('Forbidden')],
			['text in UTF-16', 'text/plain', Buffer.from('\ufeffForbidden', 'utf16le')],
		])(
			'but %s (%s), is refused by its name before anything is paid for',
			async (_, mimeType, content) => {
				for (const options of [{}, { sendFilesAs: binaryMode === 'default' ? 'base64' : 'url' }]) {
					const run = await runWith(await fileOf(content, mimeType, 2), options);
					expect(run.error?.message).toContain('2 values are wrong');
					expect(run.error?.message).toContain(
						`'Load Image 1' (${ids.image}) cannot take the file 'photo': it is text (${mimeType})`,
					);
					expect(run.error?.message).toContain(
						`'Load Image 2' (${second}) cannot take the file 'mask'`,
					);
					expect(run.error?.description).toContain('Nothing was sent');
				}
				expect(stage().emulator.statistics().submits).toBe(0);
			},
		);

		test.each([
			['an image that n8n calls text', 'text/plain', png],
			['an image that n8n calls JSON', 'application/json', png],
			['an SVG', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
			['a web page that n8n calls an image', 'image/png', page],
			['a file of any kind', 'application/octet-stream', page],
			['JSON of a kind of its own', 'application/ld+json', Buffer.from('{}')],
			['a file without a type', '', page],
		])('may be %s (%s)', async (_, mimeType, content) => {
			const run = await runWith(await fileOf(content, mimeType));
			expect(run.error).toBeUndefined();
			expect(sent(run)).toMatchObject([{ [ids.image]: content.toString('base64') }]);
		});

		test('spoils only its own item where the node continues', async () => {
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

		test('may go to an input for any file, unless it is empty', async () => {
			const inputs = {
				[ids.image]: { title: 'Table', value: 'https://example.com/a.csv', type: 'file' },
			};
			const credential = { ...stage().credential, requestExample: JSON.stringify({ inputs }) };
			const give = async (content: Buffer) =>
				await stage().run(
					{ downloadFiles: false, inputMode: 'json', inputsJson: { Table: 'photo' } },
					{ credential, items: [await fileOf(content, 'text/csv')] },
				);
			const run = await give(Buffer.from('a,b\n1,2'));
			expect(run.error).toBeUndefined();
			expect((await give(Buffer.alloc(0))).error?.message).toContain(
				"Input 'Table' cannot take the file 'photo': it is empty",
			);
			expect(stage().emulator.statistics().submits).toBe(1);
		});
	},
);

describe('an image as text', () => {
	useN8n({});

	test('is refused where it says itself that it is a web page, and is one', async () => {
		const give = async (content: Buffer, type: string) => {
			const image = `data:${type};base64,${content.toString('base64')}`;
			return await stage().run(form({ [ids.image]: image, [second]: image }));
		};
		const run = await give(page, 'text/html');
		expect(run.error?.message).toContain(`'Load Image 1' (${ids.image}) cannot take`);
		expect(run.error?.message).toContain('it is text (text/html)');
		expect(stage().emulator.statistics().submits).toBe(0);
		expect((await give(png, 'text/html')).error).toBeUndefined();
		expect((await give(page, 'image/svg+xml')).error).toBeUndefined();
	});
});

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

	test('is not refused because its size is unknown', async () => {
		const { binary = {} } = await fileOf(png, 'text/plain');
		const photo = {
			mimeType: '',
			data: '',
			...binary.photo,
			bytes: undefined,
			fileSize: undefined,
		};
		const items = [{ json: {}, binary: { photo } }];
		const run = await stage().run(form({ [ids.image]: 'photo' }), { items });
		expect(run.error).toBeUndefined();
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
	useN8n({ publicUrl: 'https://n8n.example.com/' });

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

	test('a signed link is refused, with the setting that would help', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error?.message).toContain('localhost');
		expect(run.error?.description).toContain('WEBHOOK_URL');
		expect(stage().emulator.statistics().submits).toBe(0);
	});

	test('a signed link is refused before any other item is paid for', async () => {
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
		expect(run.error?.message).toContain('[item 1]');
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

describe('where n8n keeps files in memory,', () => {
	useN8n({ publicUrl: 'https://n8n.example.com/', binaryMode: 'default' });

	test('a signed link is refused with the reason', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error?.message).toContain("cannot create a link to the file 'photo'");
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

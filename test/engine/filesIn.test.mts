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

describe.each(['filesystem', 'default'] as const)('binary data (storage: %s)', (binaryMode) => {
	useN8n({ publicUrl: 'https://n8n.example.com/', binaryMode });

	test('given by the name of its field travels as bare base64, several in an item', async () => {
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
		['the JSON', { downloadFiles: false, inputMode: 'json', inputsJson: { [ids.image]: 'photo' } }],
	])('is also taken from %s', async (_, parameters) => {
		const items = [await itemWith({ photo: bytes(100, 'a') })];
		const run = await stage().run(parameters, { items });
		expect(run.error).toBeUndefined();
		expect(sent(run)).toMatchObject([{ [ids.image]: bytes(100, 'a').toString('base64') }]);
	});

	test('that the item does not have is refused with the names that it has', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a'), mask: bytes(10, 'b') })];
		const run = await stage().run(form({ [ids.image]: 'foto' }), { items });
		expect(run.error?.message).toContain("'Load Image 1'");
		expect(run.error?.description).toContain("'photo', 'mask'");
		expect(stage().emulator.statistics().submits).toBe(0);
	});

	test('that is too large for one item is found before anything is sent', async () => {
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

	test('just below the limit of the whole body is sent', async () => {
		const items = [await itemWith({ photo: bytes(7_490_000, 'b') })];
		const run = await stage().run(form({ [ids.image]: 'photo' }), { items });
		expect(run.error).toBeUndefined();
		expect(stage().emulator.statistics().charged).toBe(1);
	});

	test('of a video is refused, with the way out', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a'), clip: bytes(100, 'v') })];
		const run = await stage().run(form({ [ids.image]: 'photo', [video]: 'clip' }), { items });
		expect(run.error?.message).toContain("'Load Video'");
		expect(run.error?.description).toContain('Signed Link');
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

describe('stored binary data', () => {
	useN8n({ publicUrl: 'https://n8n.example.com/' });

	test('may be given as the file itself', async () => {
		const items = [await itemWith({ photo: bytes(100, 'a') })];
		const run = await stage().run(form({ [ids.image]: '={{ $binary.photo }}' }), { items });
		expect(run.error).toBeUndefined();
		expect(sent(run)).toMatchObject([{ [ids.image]: bytes(100, 'a').toString('base64') }]);
	});

	test('as a signed link leads the service to the file, of any size, and to a video', async () => {
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

describe('without a public n8n', () => {
	useN8n({ publicUrl: 'http://localhost:5678/' });

	test('a signed link is refused, because the service could not open it', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error?.message).toContain('localhost');
		expect(run.error?.description).toContain('WEBHOOK_URL');
		expect(stage().emulator.statistics().submits).toBe(0);
	});

	test('is refused before an item without a file is paid for', async () => {
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

describe('without stored binary data', () => {
	useN8n({ publicUrl: 'https://n8n.example.com/', binaryMode: 'default' });

	test('a signed link is refused in words', async () => {
		const items = [await itemWith({ photo: bytes(10, 'a') })];
		const run = await stage().run(
			{ ...form({ [ids.image]: 'photo' }), options: { sendFilesAs: 'url' } },
			{ items },
		);
		expect(run.error?.message).toContain("cannot create a link to the file 'photo'");
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

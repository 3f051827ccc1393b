import { createHash } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { nodeName, openStage, type Stage } from './stage.mts';

const time = useNodeTime();
let stage: () => Stage;
const useOwn = (...[options, n8n]: Parameters<typeof openStage>) => {
	const own = useStage(() => openStage({ time, ...options }, n8n));
	beforeAll(() => {
		stage = own;
	});
};

const everything = { images: 2, videos: 1, extraLists: { audio_urls: 1 } };
const onErrorItem = { node: { onError: 'continueRegularOutput' } } as const;
const sha = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

/** What the host has under the links of an item, and what the item has in its fields. */
async function filesOf(item: INodeExecutionData | undefined) {
	const links = ['image_urls', 'video_urls', 'audio_urls'].flatMap(
		(list) => item?.json[list] ?? [],
	);
	const atHost = await Promise.all(
		links.map(async (link) => sha(await (await fetch(String(link))).bytes())),
	);
	if (atHost.length === 0) throw new Error(`No links: ${JSON.stringify(item)}`);
	const fields = Object.keys(item?.binary ?? {});
	const inItem = await Promise.all(
		fields.map(async (field) => sha(await stage().engine.readBinary(item, field))),
	);
	return { atHost, inItem };
}

describe.each(['filesystem', 'default'] as const)('in the storage mode %s', (binaryMode) => {
	useOwn({ behaviour: { ...everything, videoBytes: 500_000 } }, { binaryMode });

	test('every file arrives byte for byte, and one that comes short is fetched again', async () => {
		const short = stage().emulator.addFault({ call: 'file', kind: 'shortBody' });
		const run = await stage().run();
		expect(short.fired).toBe(1);
		const { atHost, inItem } = await filesOf(run.output(nodeName)[0]);
		expect(inItem).toEqual(atHost);
		expect(new Set(inItem).size).toBe(4);
	});

	test('a file that stays incomplete is an error item, without any file', async () => {
		stage().emulator.addFault({ call: 'file', kind: 'shortBody', nth: 3, times: Infinity });
		const run = await stage().run({}, onErrorItem);
		const [item] = run.output(nodeName);
		expect(item?.json.error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
		expect(item?.binary).toBeUndefined();
	});
});

describe('a file', () => {
	useOwn({ behaviour: { ...everything, videoBytes: 1000 } });

	test.each(['absent', 'application/octet-stream', 'text/plain'])(
		'whose host calls its type %s gets type and extension from its first bytes',
		async (fileContentType) => {
			stage().emulator.setBehaviour({ fileContentType, fileNames: 'noExtension' });
			const run = await stage().run();
			const binary = Object.values(run.output(nodeName)[0]?.binary ?? {});
			const id = String(run.output(nodeName)[0]?.json.task_id);
			expect(binary.map(({ fileName, mimeType }) => [fileName, mimeType])).toEqual([
				[`image_1-${id}.png`, 'image/png'],
				[`image_2-${id}-2.png`, 'image/png'],
				[`video_1-${id}-3.mp4`, 'video/mp4'],
				[`audio_1-${id}-4.wav`, 'audio/wav'],
			]);
		},
	);

	const pretenders: Array<[string, FaultRequest]> = [
		['a web page that calls itself a picture', page('image/png')],
		['a web page', page('text/html')],
		['JSON that says nothing of its type', json('application/octet-stream')],
		['JSON', json('application/json')],
	];
	function page(contentType: string): FaultRequest {
		return { call: 'file', kind: 'body', text: '<!DOCTYPE html><html>', contentType };
	}
	function json(contentType: string): FaultRequest {
		return { call: 'file', kind: 'body', json: { error: 'no such thing' }, contentType };
	}
	test.each(pretenders)('in whose place comes %s is an error that says so', async (_, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const [item] = (await stage().run({}, onErrorItem)).output(nodeName);
		expect(item?.json).toMatchObject({
			error: { code: 'DOWNLOAD_FAILED', urls: { length: 4 } },
			message: expect.stringMatching(/the link leads to (a web page|JSON), not to a file$/),
		});
	});
});

describe('a link', () => {
	let clock = Date.now();
	useOwn({ behaviour: { durationMs: 0 }, now: () => clock });
	const hours = 3_600_000;
	const collect = async (task: object | undefined) => {
		const parameters = { operation: 'getStatus', downloadFiles: true };
		const run = await stage().run(parameters, { items: [{ json: { ...task } }], ...onErrorItem });
		return [0, 1, 2].flatMap((output) => run.output(nodeName, output))[0];
	};

	test('of a task that ended hours ago works, because Get Status gets a fresh one', async () => {
		const [task] = await stage().submit('a');
		clock += 5 * hours;
		const { atHost, inItem } = await filesOf(await collect(task));
		expect(inItem).toEqual(atHost);
	});

	test('that expires before its file is fetched is renewed, and the fresh one is in the item', async () => {
		stage().emulator.setBehaviour({ images: 2 });
		const [task] = await stage().submit('a');
		const dead = {
			image_urls: [1, 2].map((n) => `${stage().emulator.fileOrigin}/files/old_${n}.png`),
		};
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields: dead });
		const item = await collect(task);
		expect(item?.json.image_urls).toHaveLength(2);
		expect(item?.json.image_urls).not.toEqual(dead.image_urls);
		const { atHost, inItem } = await filesOf(item);
		expect(inItem).toEqual(atHost);
		expect(stage().emulator.statistics().asked).toBe(2);
	});

	test('that cannot be renewed is an error with the task id and the links', async () => {
		stage().emulator.setBehaviour({ freshLinksOnStatus: false });
		const [task] = await stage().submit('a');
		clock += 5 * hours;
		expect((await collect(task))?.json.error).toMatchObject({
			code: 'LINK_EXPIRED',
			task_id: task?.task_id,
			http_status: 403,
			urls: [expect.any(String)],
		});
	});

	test.each(['ftp://127.0.0.1/a.png', 'file:///etc/passwd'])(
		'to %s is not followed, whether from the list or from a redirect',
		async (to) => {
			const [task] = await stage().submit('a');
			const fields = { image_urls: [to] };
			stage().emulator.addFault({ call: 'status', kind: 'patch', fields, times: Infinity });
			const listed = await collect(task);
			expect(listed?.json.image_urls).toEqual([to]);
			expect(listed?.binary).toBeUndefined();
			stage().emulator.clearFaults();
			stage().emulator.addFault({ call: 'file', kind: 'redirect', to, times: Infinity });
			const redirected = await collect(task);
			expect(redirected?.json.error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
		},
	);
});

describe('where n8n guards private addresses,', () => {
	useOwn(
		{ behaviour: { durationMs: 0 } },
		{
			settings: { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32' },
		},
	);

	const inner = 'http://10.0.0.1/secret.png';
	test.each<[string, FaultRequest]>([
		['a link', { call: 'status', kind: 'patch', fields: { image_urls: [inner] } }],
		['a redirect', { call: 'file', kind: 'redirect', to: inner, times: Infinity }],
	])('%s to one is neither followed nor tried again', async (_, fault) => {
		stage().emulator.addFault(fault);
		const [item] = (await stage().run({}, onErrorItem)).output(nodeName);
		expect(item?.json).toMatchObject({
			error: { code: 'DOWNLOAD_FAILED', task_id: stage().emulator.statistics().perTask[0]?.id },
			message: expect.stringContaining('this n8n does not call private addresses'),
		});
		expect(stage().emulator.statistics().downloads).toBeLessThanOrEqual(1);
	});

	test('an API at one is refused with the reason, and the error says that no task exists', async () => {
		const credential = { ...stage().credential, apiUrl: 'http://10.0.0.1/api_endpoints/abc' };
		const [item] = (await stage().run({}, { credential, ...onErrorItem })).output(nodeName);
		expect(item?.json).toMatchObject({
			error: { code: 'UNREACHABLE' },
			message: expect.stringMatching(/not created: this n8n does not call private addresses/),
		});
	});
});

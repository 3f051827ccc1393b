import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { openFileHost } from './fileHost.mts';
import { limits, useNodeTime } from './nodeTime.mts';
import { nodeName, openStage, until, type Stage } from './stage.mts';

// Every file of a task arrives, or the error has the task and its links.

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

	test.each(['absent', 'text/plain'])(
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

	test.each<[string, FaultRequest]>([
		[
			'a web page',
			{ call: 'file', kind: 'body', text: '<!DOCTYPE html>', contentType: 'image/png' },
		],
		[
			'JSON',
			{ call: 'file', kind: 'body', json: { error: 'none' }, contentType: 'application/json' },
		],
	])('in whose place comes %s is an error that says so', async (what, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const [item] = (await stage().run({}, onErrorItem)).output(nodeName);
		expect(item?.json).toMatchObject({
			error: { code: 'DOWNLOAD_FAILED', urls: { length: 4 } },
			message: expect.stringContaining(what),
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

	test.each(['file:///etc/passwd'])(
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

describe('from a host of its own,', () => {
	useOwn({ behaviour: { durationMs: 0, images: 0 } });
	const host = useOpened(() => openFileHost(time));
	const taskId = () => stage().created()[0];

	/** A picture that tells its name. */
	const picture = (name: string, bytes = 100) =>
		Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(bytes, `${name} `)]);
	const refuse = (response: ServerResponse) => response.writeHead(403).end();
	const send = (response: ServerResponse, content: Buffer, headers = {}) =>
		response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(content);

	/** A run whose task says that its files are at these links: one list for each time it is asked. */
	async function runWith(lists: string[][], parameters: INodeParameters = {}) {
		lists.forEach((names, index) =>
			stage().emulator.addFault({
				call: 'status',
				onlyWhen: 'completed',
				kind: 'patch',
				fields: { image_urls: names.map((name) => host().link(name)) },
				nth: index + 1,
			}),
		);
		const node = { onError: 'continueRegularOutput' } as const;
		const run = await stage().run(parameters, { node });
		const output = run.output(nodeName);
		const files = await Promise.all(
			output.flatMap((item) =>
				Object.keys(item.binary ?? {}).map(
					async (field) => await stage().engine.readBinary(item, field),
				),
			),
		);
		return { item: output[0], files };
	}

	/** Each file under its own name, whatever signature is behind it; links signed `old` may be dead. */
	const serve = (isDead: (name: string) => boolean) =>
		host().answer((name, response) =>
			isDead(name)
				? refuse(response)
				: send(response, picture((name.split('?')[0] ?? '').split('/').pop() ?? '')),
		);

	/** A body that is sent part by part, `pause` ms of the node's time apart, up to an end. */
	const drip = (part: Buffer, pause: number, isOver: (sent: number) => boolean) =>
		host().answer(
			async (_, response) => {
				response.writeHead(200, { 'content-type': 'image/png' });
				for (let sent = 0; !isOver(sent) && !response.destroyed; sent += 1) {
					response.write(part);
					await time.sleep(pause);
				}
				response.end();
			},
			{ drips: true },
		);

	describe('fresh links that replace expired ones', () => {
		const isOld = (name: string) => name.includes('old');

		test.each<[string, string[], string[]]>([
			['in another order', ['a.png?old=ok', 'b.png?old'], ['b.png?new', 'a.png?new']],
			['with one more', ['a.png?old=ok', 'b.png?old'], ['c.png?n', 'b.png?n', 'a.png?n']],
			['in other folders', ['1/a.png?old=ok', '1/b.png?old'], ['2/b.png', '2/a.png']],
			['under other names', ['x.png?old=ok', 'y.png?old'], ['b.png', 'a.png']],
		])('%s lead to every file once', async (_, before, fresh) => {
			serve((name) => isOld(name) && !name.endsWith('=ok'));
			const { item, files } = await runWith([before, fresh]);
			const names = fresh.map((name) => (name.split('?')[0] ?? '').split('/').pop() ?? '');
			expect(item?.json.image_urls).toEqual(fresh.map((name) => host().link(name)));
			expect(files).toEqual(names.map((name) => picture(name)));
		});

		test.each<[string, string[], string[]]>([
			['one fewer', ['a.png?old=ok', 'b.png?old'], ['b.png?new']],
			['one of them twice', ['a.png?old=ok', 'b.png?old'], ['a.png?new', 'a.png?newer']],
			['the same one twice', ['x.png?old=ok', 'y.png?old'], ['a.png', 'a.png']],
			['none', ['a.png?old=ok', 'b.png?old'], []],
		])('with %s are an error that has all links', async (_, before, fresh) => {
			serve((name) => isOld(name) && !name.endsWith('=ok'));
			const { item, files } = await runWith([before, fresh]);
			expect(files).toEqual([]);
			expect(item?.json.error).toMatchObject({
				code: 'LINK_EXPIRED',
				task_id: expect.any(String),
				urls: [...new Set([...before, ...fresh])].map((name) => host().link(name)),
			});
		});
	});

	describe('a file that arrives slowly', () => {
		const minutes = 60_000;

		test('is fetched again below 10 kB a minute, and then given up with its link in the error', async () => {
			drip(picture('slow', 92), 1000, (sent) => sent > 600);
			const { item } = await runWith([['slow.png']]);
			expect(item?.json).toMatchObject({
				error: { code: 'DOWNLOAD_FAILED', urls: [host().link('slow.png')] },
			});
			expect(host().asked()).toHaveLength(4);
		});

		test('may take its time above that', async () => {
			drip(picture('slow', 192), 1000, (sent) => sent > 120);
			expect((await runWith([['slow.png']])).files).toHaveLength(1);
			expect(host().asked()).toHaveLength(1);
		});

		test('is waited for at 40 kB a second: a large file may take its time', async () => {
			const begun = time.now();
			drip(picture('part', 600_000), 15_000, () => time.now() > begun + 30 * minutes);
			const { files } = await runWith([['large.png']]);
			expect(files[0]?.length).toBeGreaterThan(50_000_000);
		});
	});

	describe('a file that is larger than any that was not announced', () => {
		const million = picture('large', 999_992);
		beforeEach(() => {
			jest.replaceProperty(limits, 'fileBytes', 900_000);
		});
		afterEach(() => jest.restoreAllMocks());

		test('is given up, once, where its host does not say how large it is', async () => {
			drip(picture('part', 600_000), 1000, (sent) => sent > 60);
			const { item } = await runWith([['endless.png']]);
			const urls = [host().link('endless.png')];
			expect(item?.json.error).toMatchObject({ code: 'DOWNLOAD_FAILED', task_id: taskId(), urls });
			expect(host().asked()).toHaveLength(1);
		});

		test('is fetched where its host says it', async () => {
			host().answer((_, response) => send(response, million, { 'content-length': million.length }));
			const { files } = await runWith([['large.png']]);
			expect(files[0]?.equals(million)).toBe(true);
		});
	});

	test('a file that arrives compressed, although the request ruled that out, is not cut short', async () => {
		// What zlib does is no movement that the node's time could see.
		time.limit('fileStallMs', Infinity);
		// So that even half of it, unpacked, is longer than what its host has announced.
		const whole = picture(randomBytes(1000).toString('hex'), 2000);
		const squeezed = gzipSync(whole);
		host().answer((_, response) => {
			if (host().asked().length > 1) return send(response, whole);
			const content = squeezed.subarray(0, squeezed.length / 2);
			const headers = { 'content-encoding': 'gzip', 'content-length': content.length };
			return send(response, content, headers);
		});
		expect((await runWith([['a.png']])).files).toEqual([whole]);
	});

	test('the connection of a refusal that never ends is closed', async () => {
		let open = 0;
		host().answer(
			(_, response) => {
				open += 1;
				response.once('close', () => (open -= 1));
				response.writeHead(403);
				response.write('no');
			},
			{ drips: true },
		);
		const { item } = await runWith([['a.png?old'], ['a.png?new']]);
		expect(item?.json).toMatchObject({ error: { code: 'LINK_EXPIRED' } });
		await until('the end of both connections', () => open === 0);
		expect(host().asked()).toEqual(['a.png?old', 'a.png?new']);
	});

	test.each([401, 403, 404, 410])(
		'a link that is answered with %i is renewed once',
		async (status) => {
			host().answer((name, response) =>
				name.includes('old') ? response.writeHead(status).end() : send(response, picture('a.png')),
			);
			const { item, files } = await runWith([['a.png?old'], ['a.png?new']]);
			expect([item?.json.error, files]).toEqual([undefined, [picture('a.png')]]);
		},
	);

	const says = (image_urls: unknown) =>
		stage().emulator.addFault({
			...{ call: 'status', kind: 'patch', times: Infinity },
			fields: { image_urls },
		});

	test('a link without a host leads to the API, and is fetched without the token', async () => {
		says(['/files/none.png']);
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		const { origin } = new URL(stage().emulator.apiUrl);
		expect(run.output(nodeName)[0]?.json.error).toMatchObject({
			urls: [`${origin}/files/none.png`],
		});
		const asked = stage()
			.emulator.requests()
			.filter(({ path }) => path === '/files/none.png');
		expect(asked.length).toBeGreaterThan(0);
		expect(JSON.stringify(asked)).not.toContain(stage().emulator.token);
	});

	test('a link that cannot be read is left out, and the other files are there', async () => {
		serve(() => false);
		says([` ${host().link('a.png')}\n`, 'ComfyUI_1.png', '', null, 'ftp://host.example/b.png']);
		const run = await stage().run();
		expect(Object.keys(run.output(nodeName)[0]?.binary ?? {})).toEqual(['data']);
	});
});

import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { INodeParameters } from 'n8n-workflow';
import { limits } from '../../nodes/InstaSd/api/limits.ts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { openFileHost } from './fileHost.mts';
import { useNodeTime } from './nodeTime.mts';
import { hintOf, nodeName, openStage, until } from './stage.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 0, images: 0 } }));
const host = useOpened(() => openFileHost(time));

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

describe('fresh links that replace expired ones', () => {
	const isOld = (name: string) => name.includes('old');

	test.each<[string, string[], string[], number]>([
		['in another order', ['a.png?old=ok', 'b.png?old'], ['b.png?new', 'a.png?new'], 3],
		['with one more', ['a.png?old=ok', 'b.png?old'], ['c.png?n', 'b.png?n', 'a.png?n'], 4],
		['in other folders', ['1/a.png?old=ok', '1/b.png?old'], ['2/b.png', '2/a.png'], 4],
		['under other names', ['x.png?old=ok', 'y.png?old'], ['b.png', 'a.png'], 4],
	])('%s lead to every file once', async (_, before, fresh, requests) => {
		serve((name) => isOld(name) && !name.endsWith('=ok'));
		const { item, files } = await runWith([before, fresh]);
		const names = fresh.map((name) => (name.split('?')[0] ?? '').split('/').pop() ?? '');
		expect(item?.json.image_urls).toEqual(fresh.map((name) => host().link(name)));
		expect(files).toEqual(names.map((name) => picture(name)));
		expect(host().asked()).toHaveLength(requests);
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
	/** A picture at a number of bytes per second of the node's time. */
	const drip = (bytes: number, perSecond: number) =>
		host().answer(
			async (_, response) => {
				response.writeHead(200, { 'content-type': 'image/png' });
				const content = picture('drip', bytes);
				for (let from = 0; from < content.length && !response.destroyed; from += perSecond) {
					response.write(content.subarray(from, from + perSecond));
					await time.sleep(1000);
				}
				response.end();
			},
			{ drips: true },
		);

	test('is fetched again below 10 kB a minute, and then given up with its link in the error', async () => {
		drip(60_000, 100);
		const { item } = await runWith([['slow.png']]);
		expect(item?.json).toMatchObject({
			error: { code: 'DOWNLOAD_FAILED', urls: [host().link('slow.png')] },
			message: expect.stringMatching(/the file host sent less than 10 kB in 60 s$/),
		});
		expect(host().asked()).toHaveLength(4);
	});

	test('may take its time above that, and at its end', async () => {
		drip(25_000, 200);
		const { files } = await runWith([['slow.png']]);
		expect(files).toEqual([picture('drip', 25_000)]);
		expect(host().asked()).toHaveLength(1);
	});
});

describe('a file without end', () => {
	const minutes = 60_000;
	/** Parts of 600 kB, `pause` ms of the node's time apart, until `until` is over or the node hangs up. */
	const stream = (pause: number, until: number) =>
		host().answer(
			async (_, response) => {
				response.writeHead(200, { 'content-type': 'image/png' });
				const end = time.now() + until;
				for (const part = picture('part', 600_000); time.now() < end && !response.destroyed; ) {
					response.write(part);
					await time.sleep(pause);
				}
				response.end();
			},
			{ drips: true },
		);
	const taskId = () => stage().emulator.statistics().perTask[0]?.id;

	test('is waited for at 40 kB a second: a large file may take its time', async () => {
		stream(15_000, 30 * minutes);
		const { item, files } = await runWith([['large.png']]);
		expect(item?.json.error).toBeUndefined();
		expect(files[0]?.length).toBeGreaterThan(50_000_000);
	});

	describe('that is fast', () => {
		const million = picture('large', 999_992);
		const largest = (bytes: number) => {
			jest.replaceProperty(limits, 'fileBytes', bytes);
		};
		afterEach(() => jest.restoreAllMocks());

		test('is given up when it is larger than any that was not announced, once', async () => {
			largest(900_000);
			stream(1000, minutes);
			const { item } = await runWith([['endless.png']]);
			expect(item?.json).toMatchObject({
				error: { code: 'DOWNLOAD_FAILED', task_id: taskId(), urls: [host().link('endless.png')] },
				message: expect.stringMatching(/the file is larger than .* its host did not say how large/),
			});
			expect(host().asked()).toHaveLength(1);
		});

		test('is fetched where its host says how large it is', async () => {
			largest(900_000);
			host().answer((_, response) => send(response, million, { 'content-length': million.length }));
			const { files } = await runWith([['large.png']]);
			expect(files[0]?.equals(million)).toBe(true);
		});
	});
});

describe('a file that arrives compressed, although the request ruled that out,', () => {
	// What zlib does is no movement that the node's time could see.
	beforeEach(() => time.limit('fileStallMs', Infinity));

	// So that even half of it, unpacked, is longer than what its host has announced.
	const whole = picture(randomBytes(1000).toString('hex'), 2000);
	const squeezed = gzipSync(whole);
	const compressed = (response: ServerResponse, content: Buffer) =>
		send(response, content, { 'content-encoding': 'gzip', 'content-length': content.length });

	test('is fetched once more, because n8n does not notice when it is cut short', async () => {
		host().answer((_, response) =>
			host().asked().length === 1
				? compressed(response, squeezed.subarray(0, squeezed.length / 2))
				: send(response, whole),
		);
		const { files } = await runWith([['a.png']]);
		expect(files).toEqual([whole]);
	});

	test('and whose connection is cut, is fetched again, whether its size was announced or not', async () => {
		for (const size of [{ 'content-length': squeezed.length }, {}]) {
			host().answer((_, response) => {
				if (host().asked().length > 1) return send(response, whole);
				response.writeHead(200, {
					'content-type': 'image/png',
					'content-encoding': 'gzip',
					...size,
				});
				return response.write(squeezed.subarray(0, 500), () => response.destroy());
			});
			const { files } = await runWith([['a.png']]);
			expect(files).toEqual([whole]);
			expect(host().asked()).toHaveLength(2);
		}
	});

	test.each<[string, Buffer]>([
		['shorter than it is', whole],
		['longer than it is', picture('tiny', 1)],
	])('every time, %s, is kept', async (_, content) => {
		host().answer((_name, response) => compressed(response, gzipSync(content)));
		const { files } = await runWith([['a.png']]);
		expect(files).toEqual([content]);
		expect(host().asked()).toHaveLength(2);
	});
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
	await until(() => open === 0);
	expect(host().asked()).toEqual(['a.png?old', 'a.png?new']);
});

describe('a link', () => {
	test.each([400, 401, 402, 403, 404, 410, 422, 451])(
		'that is answered with %i is renewed once',
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

	test('may have spaces and line breaks around it', async () => {
		serve(() => false);
		says([` ${host().link('a.png')}\n`]);
		const run = await stage().run();
		expect(run.output(nodeName)[0]?.json.files).toMatchObject([{ url: host().link('a.png') }]);
	});

	test('without a host leads to the API, and is fetched without the token', async () => {
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

	test('that cannot be read is reported, and the other files are there', async () => {
		serve(() => false);
		says([host().link('a.png'), 'ComfyUI_1.png', '', null, 'ftp://host.example/b.png']);
		const run = await stage().run();
		expect(run.output(nodeName)[0]?.binary).toMatchObject({ data: {} });
		expect(hintOf(run)).toContain(
			"Not downloaded, because it is not a link: 'ComfyUI_1.png', 'ftp://host.example/b.png'.",
		);
	});
});

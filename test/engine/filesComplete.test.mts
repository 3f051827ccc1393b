import type { ServerResponse } from 'node:http';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { openFileHost } from './fileHost.mts';
import { useNodeTime } from './nodeTime.mts';
import { nodeName, openStage } from './stage.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 0, images: 0 } }));
const host = useOpened(() => openFileHost(time));

type Lists = Record<string, string[]>;

const send = (response: ServerResponse, content: string, type: string) =>
	response.writeHead(200, { 'content-type': type }).end(content);

/** Each link leads to its name; those with `dead` in it to an answer of 403. */
const serve = (type = 'image/png') =>
	host().answer((name, response) =>
		name.includes('dead') ? response.writeHead(403).end() : send(response, name, type),
	);

/** A run whose task lists these links, one reply after the other. */
async function runWith(...replies: Lists[]) {
	replies.forEach((lists, index) =>
		stage().emulator.addFault({
			...{ call: 'status', onlyWhen: 'completed', kind: 'patch', nth: index + 1 },
			fields: Object.fromEntries(
				Object.entries(lists).map(([list, names]) => [
					list,
					names.map((name) => host().link(name)),
				]),
			),
		}),
	);
	const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
	const [item] = run.output(nodeName);
	if (item === undefined) throw new Error('No item');
	const binary = Object.entries(item.binary ?? {});
	const contents = await Promise.all(
		binary.map(async ([field]) => String(await stage().engine.readBinary(item, field))),
	);
	return {
		error: item.json.error,
		files: item.json.files,
		contents,
		names: binary.map(([, { fileName }]) => fileName),
	};
}

const eight = [1, 2, 3, 4, 5, 6, 7, 8];

describe('where a link is dead,', () => {
	test('only what is missing is fetched from fresh links', async () => {
		serve();
		const { contents, error } = await runWith(
			{ image_urls: eight.map((n) => `${n}.png?${n === 4 ? 'dead' : 'old'}`) },
			{ image_urls: eight.map((n) => `${n}.png?new`) },
		);
		expect(error).toBeUndefined();
		expect(contents).toEqual(eight.map((n) => `${n}.png?${n < 4 ? 'old' : 'new'}`));
		expect(host().asked()).toEqual([
			...['1.png?old', '2.png?old', '3.png?old', '4.png?dead'],
			...['4.png?new', '5.png?new', '6.png?new', '7.png?new', '8.png?new'],
		]);
		expect(stage().emulator.statistics().asked).toBe(2);
	});

	test('a file whose fresh link is dead, too, is an error, and nothing behind it is asked for', async () => {
		serve();
		const { contents, error } = await runWith(
			{ image_urls: eight.map((n) => `${n}.png?${n === 4 ? 'dead' : 'old'}`) },
			{ image_urls: eight.map((n) => `${n}.png?${n === 4 ? 'deader' : 'new'}`) },
		);
		expect(error).toMatchObject({ code: 'LINK_EXPIRED', http_status: 403 });
		expect(contents).toEqual([]);
		expect(host().asked()).toHaveLength(5);
	});

	test.each<[string, Lists, Lists, string[], number]>([
		[
			'that differ in their query alone, in another order',
			{ image_urls: ['view?filename=a&type=output', 'view?filename=b&type=output&dead'] },
			{ image_urls: ['view?filename=b&type=output', 'view?filename=a&type=output'] },
			['view?filename=b&type=output', 'view?filename=a&type=output'],
			3,
		],
		[
			'that differ in their query alone, each with a signature',
			{ image_urls: ['view?filename=a&sig=1', 'view?filename=b&sig=dead2'] },
			{ image_urls: ['view?filename=a&sig=3', 'view?filename=b&sig=4'] },
			['view?filename=a&sig=1', 'view?filename=b&sig=4'],
			3,
		],
		[
			'that differ in their signature alone, and nobody can tell which is which',
			{ image_urls: ['view?sig=1', 'view?sig=dead2'] },
			{ image_urls: ['view?sig=3', 'view?sig=4'] },
			['view?sig=3', 'view?sig=4'],
			4,
		],
		[
			'that are equal',
			{ image_urls: ['a.png?old', 'a.png?old', 'b.png?dead'] },
			{ image_urls: ['a.png?new', 'a.png?new', 'b.png?new'] },
			['a.png?old', 'a.png?old', 'b.png?new'],
			4,
		],
		[
			'of images and videos with one path',
			{ image_urls: ['1?old'], video_urls: ['1?dead'] },
			{ image_urls: ['1?new'], video_urls: ['1?newer'] },
			['1?old', '1?newer'],
			3,
		],
	])('links %s lead to every file once', async (_, before, fresh, wanted, requests) => {
		serve('video/mp4');
		const { contents, error, files, names } = await runWith(before, fresh);
		expect([error, contents]).toEqual([undefined, wanted]);
		const links = Object.values(fresh).flat();
		expect(files).toMatchObject(links.map((name) => ({ url: host().link(name) })));
		expect(new Set(names).size).toBe(names.length);
		expect(host().asked()).toHaveLength(requests);
	});

	test('a reply that lists one of two files that differ in their query alone is an error', async () => {
		serve();
		const { contents, error } = await runWith(
			{ image_urls: ['view?filename=a', 'view?filename=b&dead'] },
			{ image_urls: ['view?filename=a'] },
		);
		expect(error).toMatchObject({ code: 'LINK_EXPIRED' });
		expect(contents).toEqual([]);
	});
});

test('what the service lists as a file is one, though it is JSON', async () => {
	host().answer((_, response) => send(response, '{"a":1}', 'application/json'));
	const { contents, error } = await runWith({ file_urls: ['result', 'workflow.json'] });
	expect([error, contents]).toEqual([undefined, ['{"a":1}', '{"a":1}']]);
});

test('JSON in place of a picture is an error, in whichever list', async () => {
	host().answer((_, response) => send(response, '{"error":"gone"}', 'application/json'));
	const { error } = await runWith({ file_urls: ['a.png'] });
	expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
});

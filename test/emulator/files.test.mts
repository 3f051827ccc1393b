import { PNG } from 'pngjs';
import { clientOf, firstLink, secondApi, withValues } from './client.mts';
import { useEmulator } from './useEmulator.mts';

let clock = 1_000_000;
const emulator = useEmulator({ now: () => clock, behaviour: { durationMs: 0 } });

/** Runs a task of the first API to its end; the link to its picture. */
async function pictureLink(values: Record<string, unknown> = {}): Promise<string> {
	const client = clientOf(emulator());
	const { task_id } = await client.run(withValues(emulator().requestExample, values));
	return firstLink((await client.status(task_id)).image_urls);
}

async function videoLink(): Promise<string> {
	const client = clientOf(secondApi(emulator()));
	return firstLink((await client.status((await client.run()).task_id)).video_urls);
}

async function pixelsOf(link: string): Promise<PNG> {
	return PNG.sync.read(Buffer.from(await (await fetch(link)).arrayBuffer()));
}

describe('pictures', () => {
	const size = { 'Output Width': 320, 'Output Height': 200 };

	test('have the size that the inputs ask for', async () => {
		const { width, height } = await pixelsOf(await pictureLink(size));
		expect({ width, height }).toEqual({ width: 320, height: 200 });
	});

	test('differ in most of their pixels when the seeds differ, and are equal when all is', async () => {
		const seeds = [1, 2, 1].map((seed) => ({ ...size, 'InstaSD API Input - Seed': seed }));
		const links = await Promise.all(seeds.map(pictureLink));
		const [one, two, again] = await Promise.all(links.map(pixelsOf));
		expect(again?.data.equals(one?.data ?? Buffer.alloc(0))).toBe(true);
		const differing = one?.data.filter((value, at) => Math.abs(value - (two?.data[at] ?? 0)) > 8);
		expect(differing?.length).toBeGreaterThan(one ? one.data.length / 4 : Infinity);
	});

	test('can be drawn for any prompt and any size', async () => {
		const Prompt = `<b>&amp;\u0000\ud800 猫 🐆 ${'x'.repeat(500)}`;
		const tiny = await pictureLink({ Prompt, 'Output Width': 1, 'Output Height': '1' });
		expect((await pixelsOf(tiny)).width).toBe(1);
		expect((await pixelsOf(await pictureLink({ ...size, Prompt }))).width).toBe(320);
	});
});

test('a picture shows the image that was sent', async () => {
	const sent = Buffer.from(await (await fetch(await pictureLink())).arrayBuffer());
	const api = emulator().apis.find(({ name }) => name === 'product picture');
	if (api === undefined) throw new Error('There is no such API');
	const client = clientOf(api);
	const [without, withImage] = await Promise.all(
		['https://example.com/bottle.png', sent.toString('base64')].map(async (photo) => {
			const body = withValues(api.requestExample, { 'Product Photo': photo });
			const { task_id } = await client.run(body);
			return await pixelsOf(firstLink((await client.status(task_id)).image_urls));
		}),
	);
	expect(withImage?.data.equals(without?.data ?? Buffer.alloc(0))).toBe(false);
});

describe('links', () => {
	test('end after 30 minutes, and another look at the status brings fresh ones', async () => {
		const client = clientOf(emulator());
		const { task_id } = await client.run();
		const old = firstLink((await client.status(task_id)).image_urls);
		clock += 30 * 60_000;
		const dead = await fetch(old);
		expect([dead.status, await dead.text()]).toEqual([403, expect.stringContaining('expired')]);
		const fresh = firstLink((await client.status(task_id)).image_urls);
		expect((await fetch(fresh, { method: 'HEAD' })).status).toBe(200);
	});

	test('cannot be prolonged or guessed', async () => {
		const link = await pictureLink();
		expect((await fetch(link.replace('expires=', 'expires=9'))).status).toBe(403);
		expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
		expect((await fetch(link.replace('image_1', 'image_2'))).status).toBe(404);
		expect((await fetch(`${emulator().fileOrigin}/elsewhere`)).status).toBe(404);
	});

	test('a token that comes along counts as leaked, in a header or in the URL', async () => {
		const link = await pictureLink();
		const method = 'HEAD';
		await fetch(link, { method });
		expect(emulator().statistics().leaked).toBe(0);
		await fetch(link, { method, headers: { authorization: 'Basic eDp5' } });
		await fetch(link, { method, headers: { 'x-api-key': secondApi(emulator()).token } });
		await fetch(`${link}&token=${emulator().token}`, { method });
		expect(emulator().statistics().leaked).toBe(3);
	});
});

describe('videos', () => {
	test('are MP4 files of the size that is wanted, and the same bytes each time', async () => {
		const link = await videoLink();
		const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
		expect(bytes).toHaveLength(200_000);
		expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
		expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(bytes)).toBe(true);
	});
});

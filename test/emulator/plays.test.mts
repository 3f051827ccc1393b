import { z } from 'zod';
import { playNames, type PlayName } from '../../sandbox/emulator/page.mts';
import { clientOf, failureOf, firstLink } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 0 } });
const client = () => clientOf(emulator());
const play = (name: string) =>
	fetch(`${emulator().controlUrl}/play`, {
		method: 'PUT',
		body: JSON.stringify({ name }),
		headers: { 'content-type': 'application/json' },
	});

/** What becomes of one task: the end of the first call that is not as it should be. */
const fate = async (): Promise<string> => {
	const lost = await failureOf(client().submit());
	if (lost !== 'none') return lost;
	const submitted = await client().submit();
	if (submitted.status !== 200) return String(submitted.status);
	const { task_id } = z.object({ task_id: z.string() }).parse(await submitted.json());
	const { status, image_urls } = await client().status(task_id);
	if (status !== 'COMPLETED') return status;
	return `file ${(await fetch(firstLink(image_urls))).status}`;
};

const fates: Record<PlayName, string> = {
	well: 'file 200',
	fails: 'FAILED',
	slow: 'IN_PROGRESS',
	noCredits: '402',
	busy: '429',
	expired: 'file 403',
	lost: 'ECONNRESET',
};

test.each(playNames)('"%s" plays what the page says, until all is well again', async (name) => {
	await play('fails');
	expect((await play(name)).status).toBe(204);
	expect(await fate()).toBe(fates[name]);
	await play('well');
	expect(await fate()).toBe('file 200');
	expect((await play('flood')).status).toBe(400);
});

test('the page has of each API what InstaSD shows', async () => {
	const page = await fetch(emulator().pageUrl);
	expect(page.headers.get('content-type')).toContain('text/html');
	const told: unknown = await (await fetch(`${emulator().controlUrl}/page`)).json();
	const { apis } = emulator();
	expect(told).toMatchObject({ apis, playing: 'well' });
	expect(JSON.stringify(told)).toContain('postman.com/json/collection/v2.1.0');
	expect(emulator().requests()).toEqual([]);
});

import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { takeHome } from '../../../sandbox/n8n/home.mts';

let folder: string;

beforeEach(async () => {
	folder = path.join(await mkdtemp(path.join(tmpdir(), 'instasd-home-')), 'home');
});

afterEach(async () => {
	await rm(path.dirname(folder), { recursive: true, force: true });
});

test('a second start gets an empty folder of its own while the first one runs, and the home after it', async () => {
	const first = await takeHome(folder);
	const second = await takeHome(folder);
	expect([first.temporary, second.temporary]).toEqual([false, true]);
	expect(await readdir(second.folder)).toEqual([]);
	await Promise.all([first.giveBack(), second.giveBack()]);
	const third = await takeHome(folder);
	expect(third).toMatchObject({ folder, temporary: false });
	await third.giveBack();
	expect(await readdir(path.dirname(folder))).toEqual(['home']);
});

test('what a killed start has left is taken over by one at most, however many start at once', async () => {
	await mkdir(folder);
	for (let round = 0; round < 20; round++) {
		const left = path.join(folder, 'in-use-of-a-killed-start');
		await writeFile(left, '');
		await utimes(left, new Date(0), new Date(0));
		const homes = await Promise.all(Array.from({ length: 6 }, () => takeHome(folder)));
		expect(homes.filter(({ temporary }) => !temporary).length).toBeLessThanOrEqual(1);
		await Promise.all(homes.map(({ giveBack }) => giveBack()));
		const later = await takeHome(folder);
		expect(later.temporary).toBe(false);
		await later.giveBack();
	}
});

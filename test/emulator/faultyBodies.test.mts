import { clientOf, firstLink } from './client.mts';
import { useEmulator } from './useEmulator.mts';

const emulator = useEmulator({ behaviour: { durationMs: 0 } });

const client = () => clientOf(emulator());

describe('faults of bodies', () => {
	test('hugeText: with its length told or in chunks', async () => {
		const huge = { call: 'status', kind: 'hugeText', bytes: 3_000_000 } as const;
		emulator().addFault(huge);
		emulator().addFault({ ...huge, chunked: true });
		for (const length of ['3000000', null]) {
			const response = await client().ask('any');
			expect(response.headers.get('content-length')).toBe(length);
			expect(await response.text()).toHaveLength(3_000_000);
		}
	});

	test('shortBody: a file that ends before its length, and whole the next time', async () => {
		const { task_id } = await client().run();
		const link = firstLink((await client().status(task_id)).image_urls);
		emulator().addFault({ call: 'file', kind: 'shortBody', afterBytes: 100 });
		await expect((await fetch(link)).arrayBuffer()).rejects.toThrow();
		expect(emulator().statistics()).toMatchObject({ downloads: 1, downloaded: 0, bytesSent: 100 });
		expect((await (await fetch(link)).arrayBuffer()).byteLength).toBeGreaterThan(100);
	});

	test('wrongLength: a length that cuts the last byte off', async () => {
		const whole = await (await client().ask('any')).text();
		emulator().addFault({ call: 'status', kind: 'wrongLength' });
		const response = await client().ask('any');
		expect(response.headers.get('content-length')).toBe(String(whole.length - 1));
		expect(await response.text()).toBe(whole.slice(0, -1));
	});

	test('truncatedJson: it ends in the middle, or after a number of bytes', async () => {
		const whole = await (await client().ask('any')).text();
		emulator().addFault({ call: 'status', kind: 'truncatedJson' });
		emulator().addFault({ call: 'status', kind: 'truncatedJson', afterBytes: 3 });
		for (const bytes of [Math.floor(whole.length / 2), 3]) {
			expect(await (await client().ask('any')).text()).toBe(whole.slice(0, bytes));
		}
	});

	test('what a fault has spoiled is not known to the client', async () => {
		const { task_id } = await client().run();
		emulator().addFault({ call: 'status', kind: 'truncatedJson' });
		await client().ask(task_id);
		expect(emulator().statistics().perTask).toMatchObject([{ knownAt: null, asked: 1 }]);
		await client().ask(task_id);
		expect(emulator().statistics().perTask).toMatchObject([{ knownAt: expect.any(Number) }]);
	});
});

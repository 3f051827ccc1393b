import { Slots } from '../../../nodes/InstaSd/wait/slots';

/** Work that ends when the test says so. */
function pieces(count: number) {
	const begun: number[] = [];
	const ends: Array<{ finish: () => void; fail: (error: Error) => void }> = [];
	const work = Array.from({ length: count }, (_, index) => async () => {
		begun.push(index);
		await new Promise<void>((finish, fail) => {
			ends[index] = { finish, fail };
		});
		return index;
	});
	return { begun, ends, work };
}
const settle = () => new Promise(setImmediate);
const never = new AbortController().signal;

test.each([1, 2, 5])(
	'no more than %i pieces of work run at once, in the order they came',
	async (count) => {
		const { begun, ends, work } = pieces(6);
		const slots = new Slots(count, never);
		const all = Promise.all(work.map(async (one) => await slots.run(one)));
		for (let finished = 0; finished < 6; finished++) {
			await settle();
			expect(begun).toEqual([0, 1, 2, 3, 4, 5].slice(0, Math.min(6, finished + count)));
			ends[finished]?.finish();
		}
		expect(await all).toEqual([0, 1, 2, 3, 4, 5]);
	},
);

test('a slow piece of work delays no other', async () => {
	const { begun, ends, work } = pieces(4);
	const slots = new Slots(2, never);
	const all = Promise.all(work.map(async (one) => await slots.run(one)));
	for (const index of [1, 2, 3]) {
		await settle();
		ends[index]?.finish();
	}
	await settle();
	expect(begun).toEqual([0, 1, 2, 3]);
	ends[0]?.finish();
	await all;
});

test('a failure frees its place, and concerns nobody else', async () => {
	const { begun, ends, work } = pieces(3);
	const slots = new Slots(1, never);
	const all = Promise.allSettled(work.map(async (one) => await slots.run(one)));
	await settle();
	ends[0]?.fail(new Error('first'));
	for (const index of [1, 2]) {
		await settle();
		ends[index]?.finish();
	}
	expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
	expect(begun).toEqual([0, 1, 2]);
});

test('all places are free again when all is done', async () => {
	const slots = new Slots(2, never);
	await Promise.all([1, 2, 3].map((value) => slots.run(async () => value)));
	const { begun, ends, work } = pieces(3);
	const all = Promise.all(work.map(async (one) => await slots.run(one)));
	await settle();
	expect(begun).toEqual([0, 1]);
	ends[0]?.finish();
	await settle();
	expect(begun).toEqual([0, 1, 2]);
	ends[1]?.finish();
	ends[2]?.finish();
	await all;
});

test('what has not begun when it is stopped never begins, and what has begun ends by itself', async () => {
	const controller = new AbortController();
	const { begun, ends, work } = pieces(5);
	const slots = new Slots(2, controller.signal);
	const all = Promise.allSettled(work.map(async (one) => await slots.run(one)));
	await settle();
	controller.abort(new Error('stopped'));
	ends[0]?.finish();
	ends[1]?.finish();
	const outcomes = await all;
	expect(begun).toEqual([0, 1]);
	expect(outcomes.map(({ status }) => status)).toEqual([
		'fulfilled',
		'fulfilled',
		'rejected',
		'rejected',
		'rejected',
	]);
	expect(outcomes[4]).toMatchObject({ reason: expect.objectContaining({ message: 'stopped' }) });
});

test('an error that is thrown at once frees its place, too', async () => {
	const slots = new Slots(1, never);
	const broken = slots.run(() => {
		throw new Error('at once');
	});
	await expect(broken).rejects.toThrow('at once');
	expect(await slots.run(async () => 'next')).toBe('next');
});

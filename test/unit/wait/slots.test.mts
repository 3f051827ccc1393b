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

test('a failure frees its place, and otherwise concerns nobody else', async () => {
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

import { useOpened } from '../useOpened.mts';
import { install, installByHand, remove, versionOf } from './installer.mts';
import { neighbours } from './packages.mts';
import { openStreet, own, versions } from './street.mts';

const others = neighbours.map(({ name }) => name);
const orders = [
	{ order: 'first', names: [own, ...others] },
	{ order: 'last', names: [...others, own] },
];

/** What every package gives that works: our picture is made and paid once, the others have their own libraries. */
const working = (names: string[], raised: string[] = []) => ({
	status: 'success',
	pictures: names.includes(own) ? 1 : 0,
	charged: names.includes(own) ? 1 : 0,
	told: Object.fromEntries(
		neighbours
			.filter(({ name }) => names.includes(name))
			.map(({ name, libraryVersion }) => [
				name,
				{
					version: raised.includes(name) ? versions.raised : versions.first,
					library: libraryVersion,
				},
			]),
	),
});

describe.each(orders)(
	"put in $order by n8n's installer, beside a zod 4 and an old n8n-workflow",
	({ names }) => {
		const street = useOpened(openStreet);

		it('the node works, and so do its neighbours', async () => {
			for (const name of names) await install(street(), street().source(name, versions.first));
			expect(await street().run(names)).toEqual(working(names));
		});

		it('an update of it, or of them, leaves all working', async () => {
			for (const name of names.slice(0, -1)) {
				await install(street(), street().source(name, versions.raised));
				expect(await versionOf(street(), name)).toBe(versions.raised);
			}
			expect(await street().run(names)).toEqual(working(names, names.slice(0, -1)));
		});

		it('what is left works when the first one is removed', async () => {
			const [first = '', ...left] = names;
			await remove(street(), first);
			expect(await street().run(left)).toEqual(working(left, names.slice(0, -1)));
		});
	},
);

describe.each(orders)('put in $order by npm in the folder of community nodes', ({ names }) => {
	const street = useOpened(openStreet);

	it('the node works, and so do its neighbours, though npm puts libraries of theirs beside it', async () => {
		for (const name of names) await installByHand(street(), street().source(name, versions.first));
		if (names.at(-1) === own) {
			for (const { library, libraryVersion } of neighbours) {
				expect(await versionOf(street(), library)).toBe(libraryVersion);
			}
		}
		expect(await street().run(names)).toEqual(working(names));
	});
});

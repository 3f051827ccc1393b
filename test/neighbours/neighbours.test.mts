import { useOpened } from '../useOpened.mts';
import { installByHand, versionOf } from './installer.mts';
import { neighbours } from './packages.mts';
import { openStreet, own } from './street.mts';

const others = neighbours.map(({ name }) => name);

// n8n's own installer keeps the libraries of packages apart: what works here works there.
describe.each([
	{ order: 'first', names: [own, ...others] },
	{ order: 'last', names: [...others, own] },
])(
	'put in $order by npm in the folder of community nodes, beside a zod 4 and an old n8n-workflow,',
	({ names }) => {
		const street = useOpened(openStreet);

		it('the node works, and so do its neighbours, though npm puts libraries of theirs beside it', async () => {
			for (const name of names) await installByHand(street(), street().source(name));
			if (names.at(-1) === own) {
				for (const { library, libraryVersion } of neighbours) {
					expect(await versionOf(street(), library)).toBe(libraryVersion);
				}
			}
			expect(await street().run(names)).toEqual({
				status: 'success',
				pictures: 1,
				charged: 1,
				told: Object.fromEntries(
					neighbours.map(({ name, libraryVersion }) => [name, libraryVersion]),
				),
			});
		});
	},
);

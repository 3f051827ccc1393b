import { matchRenewedLinks } from '../../../nodes/InstaSd/outputs/downloads';

const links = (names: string) =>
	names
		.split(' ')
		.filter(Boolean)
		.map((name) => ({ kind: 'image', url: `https://cdn.example.com/${name}` }));

test.each<[string, string, string, Array<number | undefined> | undefined]>([
	['the same list', 'a b', 'a b', [0, 1]],
	['other signatures in another order', 'a?1 b?1', 'b?2 a?2', [1, 0]],
	['one more', 'a', 'b a', [undefined, 0]],
	['a file in another folder', 'x/a x/b', 'x/a y/b', [0, undefined]],
	['all under other names', 'a b', 'c d', [undefined, undefined]],
	['paths that say nothing', 'view?f=a view?f=b', 'view?f=b view?f=a', [undefined, undefined]],
	['one fewer', 'a b', 'a', undefined],
	['one twice', 'a b', 'a?1 a?2', undefined],
	['the same link twice', 'a b', 'c c', undefined],
	['one replaced', 'a b', 'a c', undefined],
	['one of three lost, another twice', 'a b c', 'a b b', undefined],
	['twice the same, as before', 'a a', 'a a', [undefined, undefined]],
	['nothing of nothing', '', '', []],
])('%s: of %p, then %p', (_, before, fresh, places) => {
	expect(matchRenewedLinks(links(before), links(fresh))).toEqual(places);
});

test('the host may change', () => {
	const [before, fresh] = ['a', 'b'].map((host) => [
		{ kind: 'image', url: `https://${host}.example.com/1.png` },
	]);
	expect(matchRenewedLinks(before ?? [], fresh ?? [])).toEqual([0]);
});

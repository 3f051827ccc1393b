import { matchLinks } from '../../../nodes/InstaSd/outputs/freshLinks';

const linksOf = (names: string) =>
	names.split(' ').flatMap((name) => {
		const [kind = 'image', path] = name.includes(':') ? name.split(':') : ['image', name];
		return path === '' ? [] : [{ kind, url: `https://cdn.example.com/${path}` }];
	});
const match = (earlier: string, fresh: string) => matchLinks(linksOf(earlier), linksOf(fresh));
const none = undefined;

describe('a file is found again', () => {
	test.each<[string, string, string, Array<number | undefined>]>([
		['at its path', 'a.png?s=1 b.png?s=2', 'a.png?s=3 b.png?s=4', [0, 1]],
		['in another order', 'a.png?s=1 b.png?s=2', 'b.png?s=3 a.png?s=4', [1, 0]],
		['beside a new one', 'a.png?s=1 b.png?s=2', 'c.png?s=3 b.png?s=4 a.png?s=5', [none, 1, 0]],
		['by its query', 'view?filename=a view?filename=b', 'view?filename=b view?filename=a', [1, 0]],
		['by its query, signed', 'view?f=a&s=1 view?f=b&s=2', 'view?s=3&f=b view?f=a&s=4', [1, 0]],
		[
			'by what ComfyUI calls it',
			'view?filename=a.png&subfolder=&type=output view?filename=b.png&subfolder=&type=output',
			'view?filename=b.png&subfolder=x&type=output view?filename=a.png&subfolder=&type=output',
			[none, 0],
		],
		[
			'whatever all links share',
			'a.png?v=1&e=9&s=1 b.png?v=1&e=9&s=2',
			'b.png?v=1&e=8&s=3 a.png?v=1&e=8&s=4',
			[1, 0],
		],
		[
			'twice where it is listed twice',
			'a.png?s=1 a.png?s=1 b.png?s=2',
			'b.png?s=3 a.png?s=4 a.png?s=4',
			[2, 0, 0],
		],
		[
			'once where it was listed twice',
			'a.png?s=1 a.png?s=1 b.png?s=2',
			'a.png?s=3 b.png?s=4',
			[0, 2],
		],
		['in its own list', '1?s=1 video:1?s=2', 'video:1?s=3 1?s=4', [1, 0]],
		['without a query', 'a b', 'b a', [1, 0]],
	])('%s', (_, earlier, fresh, indexes) => {
		expect(match(earlier, fresh)).toEqual(indexes);
	});
});

describe('a file may be any', () => {
	test.each<[string, string, string, Array<number | undefined>]>([
		['at new paths', '1/a.png 1/b.png', '2/b.png 2/a.png', [none, none]],
		['if only signatures tell it apart', 'view?s=1 view?s=2', 'view?s=3 view?s=4', [none, none]],
		[
			'if its name is another one',
			'view?filename=a.png b.png?s=1',
			'view?filename=c.png b.png?s=2',
			[none, 1],
		],
		['in another list', 'image:1?s=1 2?s=1', 'file:1?s=2 2?s=2', [none, 1]],
		['if it is listed twice with two signatures', 'a.png?s=1', 'a.png?s=2 a.png?s=3', [none, none]],
	])('%s', (_, earlier, fresh, indexes) => {
		expect(match(earlier, fresh)).toEqual(indexes);
	});
});

test.each([
	['one', 'a.png?s=1 b.png?s=2', 'b.png?s=3'],
	['one of two that differ in their query alone', 'view?f=a view?f=b', 'view?f=a'],
	['one, with another twice', 'a.png?s=1 b.png?s=2', 'a.png?s=3 a.png?s=4'],
	['one, with a query twice', 'view?f=a&s=1 view?f=b&s=2', 'view?f=a&s=3 view?f=a&s=4'],
	['two, for one at a new place', 'a.png b.png c.png', 'a.png d.png'],
	['two, for one at a new place twice', 'a.png b.png', 'c.png c.png'],
	['the one of another list', '1?s=1 video:1?s=2', '1?s=3'],
	['all', 'a.png b.png', ':'],
])('fresh links that lack %s are too few', (_, earlier, fresh) => {
	expect(match(earlier, fresh)).toBeUndefined();
});

test('a link that cannot be read is no file that could be told', () => {
	expect(matchLinks([{ kind: 'image', url: 'https://' }], linksOf('a'))).toEqual([none]);
});

test('twenty thousand links are matched', () => {
	const many = (sign: string) =>
		linksOf(Array.from({ length: 20_000 }, (_, n) => `view?f=${n}&s=${sign}${n}`).join(' '));
	expect(matchLinks(many('a'), many('b'))?.every((index, n) => index === n)).toBe(true);
});

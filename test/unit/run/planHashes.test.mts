import { hashOf } from '../../../nodes/InstaSd/run/planHashes.ts';

/** Fields that JSON cannot write. */
const odd = (end: unknown) => {
	const json: Record<string, unknown> = { prompt: 'a cat', deep: { list: [1, { end }] } };
	return { ...json, self: json, big: 10n, of: Object.assign(json, { again: json }) };
};
const deep = (levels: number, end: string) =>
	JSON.parse(`${'['.repeat(levels)}"${end}"${']'.repeat(levels)}`);

test.each([
	['in circles', () => hashOf(odd('a')), () => hashOf(odd('b'))],
	['with a big integer', () => hashOf({ n: 1n }), () => hashOf({ n: 2n })],
	['nested very deeply', () => hashOf(deep(20_000, 'a')), () => hashOf(deep(20_000, 'b'))],
	['with a date in circles', () => hashOf(odd(new Date(1))), () => hashOf(odd(new Date(2)))],
])(
	'an item %s is the same as one that is like it, and not the same as another',
	(_, one, other) => {
		expect(one()).toBe(one());
		expect(one()).not.toBe(other());
		expect(one()).toHaveLength(16);
	},
);

test('another end of a circle makes another item', () => {
	const to = (which: 'first' | 'second') => {
		const first: Record<string, unknown> = { n: 1 };
		const second: Record<string, unknown> = { n: 1, first };
		first.next = which === 'first' ? first : second;
		return hashOf({ first, second });
	};
	expect(to('first')).not.toBe(to('second'));
});

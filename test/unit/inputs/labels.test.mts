import fc from 'fast-check';

import { inputTypes } from '../../../nodes/InstaSd/inputs/inputTypes.ts';
import { aiKey, labelInputs, mustBeGiven } from '../../../nodes/InstaSd/inputs/labels.ts';
import { imageUrl, input } from './support.mts';

const texts = (...titles: string[]) =>
	titles.map((title, index) => input({ title, id: `${index}b7fae99f81ef925`, sample: 'x' }));
const keysOf = (...titles: string[]) => labelInputs(texts(...titles)).map(aiKey);

test('a label is the title, with what a person must know', () => {
	const labels = labelInputs([
		input({ title: 'Prompt', sample: 'a cat' }),
		input({ title: 'Seed', sample: 42 }),
		input({ title: 'Load Image', sample: imageUrl }),
		input({ title: 'Mask', sample: '' }),
		input({ title: 'Load Video', sample: '' }),
		input({ title: 'InstaSD API Input - Integer', sample: 3 }),
		input({ title: 'Steps (8-12)', sample: 12 }),
	]);
	expect(labels).toEqual([
		'Prompt',
		'Seed (random or a number)',
		'Load Image (URL or binary field)',
		'Mask (required: URL or binary field)',
		'Load Video (required: URL)',
		'Integer (whole number)',
		'Steps (8-12)',
	]);
});

test('two inputs with one title are told apart by as much of their ids as it takes', () => {
	expect(
		labelInputs([
			input({ title: 'Load Image', id: '8428ca86f40f597d', sample: imageUrl }),
			input({ title: 'Load Image', id: '8428ffff0f40f597', sample: imageUrl }),
			input({ title: 'Load Image', id: '239f8aef5854078c', sample: imageUrl }),
		]),
	).toEqual([
		'Load Image [8428ca86] (URL or binary field)',
		'Load Image [8428ffff] (URL or binary field)',
		'Load Image [239f] (URL or binary field)',
	]);
});

test.each([
	['umlauts', ['Größe', 'Grüße', 'Gr--e']],
	['emoji', ['🎨', '🖼️', '🎬', '🎨🎨']],
	['Chinese', ['提示词', '负面词', '图片词']],
	['punctuation', ['Size?', 'Size!', 'Size.', 'Size_', 'Size']],
	['a common beginning of 100 characters', ['a', 'b'].map((end) => `${'long '.repeat(20)}${end}`)],
	['case', ['Prompt', 'prompt']],
	['nothing', ['', ' ', '=', '\n']],
	['a title that looks like a mark', ['A', 'A', 'A [#1]', 'A [0b7f]', 'A [1b7f]']],
])('titles that differ by %s have different keys for an agent', (_by, titles) => {
	expect(new Set(keysOf(...titles)).size).toBe(titles.length);
});

test.each([
	['={{ $env.SECRET }}', '{{ $env.SECRET }}'],
	['=Prompt', 'Prompt'],
	[' = = Prompt ', 'Prompt'],
])('the title %p is shown, not evaluated', (title, label) => {
	expect(labelInputs(texts(title))).toEqual([label]);
});

test('an empty title shows the id, and never as an expression', () => {
	expect(labelInputs([input({ title: ' ', id: 'a1b2', sample: 'x' })])).toEqual(['a1b2']);
	expect(labelInputs([input({ title: '', id: '=1+1', sample: 'x' })])).toEqual(['1+1']);
	expect(labelInputs([input({ title: '', id: '==', sample: 'x' })])).toEqual(['Input']);
});

test('a long title is whole where it is the only one, and no character is cut in two', () => {
	const title = `${'x'.repeat(39)}🎨 and more`;
	expect(labelInputs(texts(title))).toEqual([title]);
	const [first] = labelInputs(texts(title, title));
	expect(first).toBe(`${'x'.repeat(39)}… [0b7f]`);
});

test('200 inputs of one title are told apart', () => {
	expect(new Set(keysOf(...Array.from({ length: 200 }, () => 'Load Image'))).size).toBe(200);
});

test('ids of any length with a common beginning are told apart', () => {
	for (const length of [0, 3, 16, 17, 60, 1000]) {
		const inputs = Array.from({ length: 20 }, (_, index) =>
			input({ title: 'A', id: `${'f'.repeat(length)}${String(index).padStart(2, '0')}` }),
		);
		expect(new Set(labelInputs(inputs).map(aiKey)).size).toBe(20);
	}
	const long = ['x', 'y'].map((end) => input({ title: 'A', id: `${'f'.repeat(99)}${end}` }));
	expect(labelInputs(long.map((one) => ({ ...one, title: 'A'.repeat(41) })))).toEqual([
		`${'A'.repeat(40)}… [#1]`,
		`${'A'.repeat(40)}… [#2]`,
	]);
});

test('a key is what n8n makes of a label', () => {
	expect(aiKey('Load Image (URL)')).toBe('Load_Image__URL_');
	expect(aiKey('ä-🎨')).toBe('_-__');
	expect(aiKey('x'.repeat(63))).toHaveLength(63);
	expect(aiKey('x'.repeat(64))).toHaveLength(63);
});

test('a file must be given where the example has no link to one', () => {
	expect(mustBeGiven(input({ type: 'image', sample: 'URL of an image' }))).toBe(true);
	expect(mustBeGiven(input({ type: 'file', sample: undefined }))).toBe(true);
	expect(mustBeGiven(input({ type: 'image', sample: imageUrl }))).toBe(false);
	expect(mustBeGiven(input({ type: 'text', sample: '' }))).toBe(false);
});

const hostileText = fc.oneof(
	fc.constantFrom(
		'A',
		'A [#1]',
		'A [#2]',
		'A [f',
		'',
		'=',
		'{{ x }}',
		'Load Image',
		'🎨',
		'ä',
		'_',
	),
	fc.string({ unit: 'binary', maxLength: 90 }),
	fc.constantFrom('f', ' ', 'ü').map((letter) => letter.repeat(70)),
);

test('whatever the ids and titles, every label is not empty, no expression, and has a legal key of its own', () => {
	const inputs = fc.uniqueArray(
		fc.record({
			id: fc.oneof(
				hostileText,
				fc.stringMatching(/^[0-9a-f]{16}$/),
				fc.nat(300).map((number) => `ffffffffffffffff${number}`),
			),
			title: hostileText,
			type: fc.constantFrom(...inputTypes),
			sample: fc.constantFrom('x', undefined, imageUrl),
		}),
		{ selector: ({ id }) => id, maxLength: 60 },
	);
	fc.assert(
		fc.property(inputs, (described) => {
			const all = described.map((one) => input(one));
			const labels = labelInputs(all);
			expect(labels).toHaveLength(all.length);
			expect(labels.filter((label) => label.trim() === '' || label.startsWith('='))).toEqual([]);
			const keys = labels.map(aiKey);
			expect(new Set(keys).size).toBe(keys.length);
			expect(keys.filter((key) => !/^[a-zA-Z0-9_-]{1,63}$/.test(key))).toEqual([]);
			expect(labelInputs(all)).toEqual(labels);
		}),
		{ numRuns: 300 },
	);
});

import fc from 'fast-check';

import type { ApiInput, InputType } from '../../../nodes/InstaSd/inputs/inputTypes';
import { aiKey, knownInputs } from '../../../nodes/InstaSd/inputs/names';
import { imageUrl, input } from './support.mts';

const texts = (...titles: string[]) =>
	titles.map((title, index) => input({ title, id: `${index}b7fae99f81ef925`, sample: 'x' }));
const labelsOf = (inputs: readonly ApiInput[]) => knownInputs(inputs).map(({ label }) => label);
const keysOf = (...titles: string[]) =>
	knownInputs(texts(...titles)).map(({ toolName }) => aiKey(toolName));

test('a label is the title, and whether it is required', () => {
	const labels = labelsOf([
		input({ title: 'Prompt', sample: 'a cat' }),
		input({ title: 'Negative Prompt', sample: 'a dog' }),
		input({ title: 'Seed', sample: 42 }),
		input({ title: 'Load Image', sample: '' }),
		input({ title: 'Mask', sample: imageUrl }),
		input({ title: 'Load Video', sample: '' }),
		input({ title: 'InstaSD API Input - Integer', sample: 3 }),
		input({ title: 'Steps (8-12)', sample: 12 }),
		input({ title: 'Noise Seed', sample: 42 }),
		input({ title: 'Reference Image', sample: imageUrl }),
		input({ title: 'Output Height', sample: 880 }),
	]);
	expect(labels).toEqual([
		'Prompt (required)',
		'Negative Prompt',
		'Seed',
		'Load Image (required)',
		'Mask',
		'Load Video (required)',
		'Integer',
		'Steps (8-12)',
		'Noise Seed',
		'Reference Image',
		'Output Height',
	]);
});

test('inputs with one title are numbered in the order of the example', () => {
	expect(
		labelsOf([
			input({ title: 'Load Image', sample: imageUrl }),
			input({ title: 'Prompt', sample: 'a cat' }),
			input({ title: 'Load Image', sample: '' }),
			input({ title: 'InstaSD API Input - Load Image', sample: imageUrl }),
		]),
	).toEqual(['Load Image 1', 'Prompt (required)', 'Load Image 2 (required)', 'Load Image 3']);
});

test('titles in another script have numbers for a tool, which would get one key for both, and none in the form', () => {
	const inputs = [
		input({ title: '提示词', sample: '一只坐在椅子上的猫' }),
		input({ title: '宽度', sample: 1024 }),
		input({ title: '高度', sample: 768 }),
		input({ title: '种子', sample: 42 }),
		input({ title: '高度', sample: 1 }),
	];
	expect(labelsOf(inputs)).toEqual(['提示词 (required)', '宽度', '高度 2', '种子', '高度 4']);
	expect(knownInputs(inputs).map(({ toolName }) => toolName)).toEqual([
		...['提示词', '宽度 1', '高度 2', '种子 3', '高度 4'],
	]);
	expect(knownInputs(inputs).map(({ name }) => name)).toEqual([
		...[
			"'提示词'",
			"'宽度'",
			`'高度 2' (${inputs[2]?.id})`,
			"'种子'",
			`'高度 4' (${inputs[4]?.id})`,
		],
	]);
});

test('an input keeps its number when the example grows at its end', () => {
	const inputs = texts('Image', 'Size', 'Image', 'Größe', 'Image', 'Gr--e', 'Image 2');
	for (let count = 3; count <= inputs.length; count++) {
		const names = knownInputs(inputs.slice(0, count)).map(({ fieldName }) => fieldName);
		expect(names.slice(0, 3)).toEqual(['Image 1', 'Size', 'Image 2']);
	}
});

test.each([
	[
		'of the person that stands in front of the house',
		{ sample: '' },
		/^Required: Picture of the person that stands in front of the house$/,
	],
	[
		'of the person in front',
		{ sample: imageUrl, type: 'image' as const },
		/^Picture of the person in front$/,
	],
])('a long title leaves out its hint, but says when it is required: %p', (end, rest, label) => {
	const described = { title: `Picture ${end}`, type: 'image' as const, ...rest };
	expect(labelsOf([input(described)])).toEqual([expect.stringMatching(label)]);
});

test('the number of a long title is in sight, and so is that it is required', () => {
	const title = 'Picture of the person that stands in front of the house';
	const labels = labelsOf([imageUrl, ''].map((sample) => input({ title, type: 'image', sample })));
	expect(labels).toEqual(['Picture of the person that… 1', 'Picture of the p… 2 (required)']);
	for (const { length } of labels) expect(length).toBeLessThanOrEqual(30);
});

test.each([
	['umlauts', ['Größe', 'Grüße', 'Gr--e']],
	['emoji', ['🎨', '🖼️', '🎬', '🎨🎨']],
	['Chinese', ['提示词', '负面词', '图片词']],
	['punctuation', ['Size?', 'Size!', 'Size.', 'Size_', 'Size']],
	['a common beginning of 100 characters', ['a', 'b'].map((end) => `${'long '.repeat(20)}${end}`)],
	['case', ['Prompt', 'prompt']],
	['nothing', ['', ' ', '=', '\n']],
	['a title that looks like a number', ['甲', '甲', '甲 1', '乙 1']],
	['a title that gives the key of a number', ['Image', 'Image', 'Image_1', 'Image-1']],
	['a title that looks like a mark', ['A', 'A', 'A [#1]', 'A [0b7f]', 'A [1b7f]']],
])('titles that differ by %s have different keys for an agent', (_by, titles) => {
	expect(new Set(keysOf(...titles)).size).toBe(titles.length);
	expect(new Set(labelsOf(texts(...titles))).size).toBe(titles.length);
});

test.each([
	['={{ $env.SECRET }}', '{{ $env.SECRET }}'],
	['=Prompt', 'Prompt'],
	[' = = Prompt ', 'Prompt'],
])('the title %p is shown, not evaluated', (title, label) => {
	expect(labelsOf(texts(title))).toEqual([label]);
});

test('an empty title shows the id, and never as an expression', () => {
	expect(labelsOf([input({ title: ' ', id: 'a1b2', sample: 'x' })])).toEqual(['a1b2']);
	expect(labelsOf([input({ title: '', id: '=1+1', sample: 'x' })])).toEqual(['1+1']);
	expect(labelsOf([input({ title: '', id: '==', sample: 'x' })])).toEqual(['Input']);
});

test('a long title is whole where it is the only one, and no character is cut in two', () => {
	const title = `${'x'.repeat(39)}🎨 and more`;
	expect(labelsOf(texts(title))).toEqual([title]);
	const [first] = labelsOf(texts(title, title));
	expect(first).toBe(`${'x'.repeat(27)}… 1`);
});

test('a key is what n8n makes of a label', () => {
	expect(aiKey('Load Image (URL)')).toBe('Load_Image__URL_');
	expect(aiKey('ä-🎨')).toBe('_-__');
	expect(aiKey('x'.repeat(63))).toHaveLength(63);
	expect(aiKey('x'.repeat(64))).toHaveLength(63);
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

test('whatever the ids and titles, no label is empty, an expression or there twice, and each input has a key of its own for an agent', () => {
	const inputs = fc.uniqueArray(
		fc.record({
			id: fc.oneof(
				hostileText,
				fc.stringMatching(/^[0-9a-f]{16}$/),
				fc.nat(300).map((number) => `ffffffffffffffff${number}`),
			),
			title: hostileText,
			type: fc.constantFrom<InputType>(
				...(['seed', 'image', 'video', 'file', 'integer', 'text'] as const),
			),
			sample: fc.constantFrom('x', undefined, imageUrl),
		}),
		{ selector: ({ id }) => id, maxLength: 60 },
	);
	fc.assert(
		fc.property(inputs, (described) => {
			const all = described.map((one) => input(one));
			const labels = labelsOf(all);
			expect(labels).toHaveLength(all.length);
			expect(labels.filter((label) => label.trim() === '' || label.startsWith('='))).toEqual([]);
			expect(new Set(labels).size).toBe(labels.length);
			const known = knownInputs(all);
			const keys = known.map(({ toolName }) => aiKey(toolName));
			expect(new Set(keys).size).toBe(keys.length);
			expect(keys.filter((key) => !/^[a-zA-Z0-9_-]{1,63}$/.test(key))).toEqual([]);
			expect(labelsOf(all)).toEqual(labels);
			expect(new Set(known.map(({ fieldName }) => fieldName)).size).toBe(known.length);
		}),
		{ numRuns: 300 },
	);
});

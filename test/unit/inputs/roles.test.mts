import type { ApiInput, Role } from '../../../nodes/InstaSd/inputs/inputTypes';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { knownInputs, meaningOf } from '../../../nodes/InstaSd/inputs/names';
import { imageToVideo, productPicture, textToImage } from '../../../sandbox/emulator/apis.mts';
import { imageUrl, input } from './support.mts';

const sentence = 'a cat on a chair';
const text = (title: string, sample = sentence, id?: string) =>
	input({ title, sample, ...(id === undefined ? {} : { id }) });
const image = (title: string) => input({ title, sample: imageUrl });
const titlesFor = (key: string, inputs: readonly ApiInput[]) =>
	meaningOf(inputs, key).meant.map(({ title }) => title);
const rolesOf = (inputs: readonly ApiInput[]) =>
	Object.fromEntries(
		knownInputs(inputs).flatMap(({ role, title }) => (role === undefined ? [] : [[role, title]])),
	);

test.each([
	[textToImage, { prompt: 'Prompt', image: 'Load Image', seed: 'InstaSD API Input - Seed' }],
	[productPicture, { prompt: 'Positive Prompt', image: 'Product Photo', seed: 'Noise Seed' }],
	[
		imageToVideo,
		{ prompt: 'InstaSD API Input - Multi Line Text', seed: 'InstaSD API Input - Seed' },
	],
])('of an API like $name each role is the input that a person would take', ({ inputs }, roles) => {
	expect(rolesOf(readRequestExample(JSON.stringify({ inputs })).inputs)).toEqual(roles);
});

test.each<[Role, ApiInput[], string]>([
	['prompt', [text('Positive Prompt'), text('Negative Prompt')], 'Positive Prompt'],
	['prompt', [text('Main prompt'), text('Prompt style', 'oil')], 'Main prompt'],
	['prompt', [text('Main prompt', 'cat'), text('Caption')], 'Main prompt'],
	[
		'prompt',
		[text('InstaSD API Input - String'), text('Sampler', 'euler')],
		'InstaSD API Input - String',
	],
	['image', [image('Product Photo'), input({ title: 'Video', sample: 'a.mp4' })], 'Product Photo'],
	['video', [image('Image'), input({ title: 'Load Video', sample: '' })], 'Load Video'],
	[
		'seed',
		[input({ title: 'noise_seed', sample: 1 }), input({ title: 'Width', sample: 1 })],
		'noise_seed',
	],
])('%s means the only one, whatever its title, in any case', (role, inputs, title) => {
	for (const key of [role, role.toUpperCase(), ` ${role} `]) {
		expect(titlesFor(key, inputs)).toEqual([title]);
	}
});

test.each<[Role, ApiInput[]]>([
	['prompt', [text('Positive Prompt'), text('Face Prompt')]],
	['prompt', [text('InstaSD API Input - String'), text('InstaSD API Input - Multi Line Text')]],
	['image', [image('First Image'), image('Last Image')]],
	['seed', [input({ title: 'Seed 1', sample: 1 }), input({ title: 'Seed 2', sample: 1 })]],
])('%s means all of several, so that it is refused with their names', (role, inputs) => {
	expect(titlesFor(role, inputs)).toEqual(inputs.map(({ title }) => title));
	expect(rolesOf(inputs)).toEqual({});
});

test.each<[Role, ApiInput[]]>([
	['prompt', [text('Caption'), text('Negative Prompt')]],
	['image', [text('Prompt')]],
	['image', [image('Product Photo'), text('Image', 'a cat')]],
	['seed', [input({ title: 'Seed mode', sample: 'fixed' })]],
	['video', [image('Image')]],
])(
	'%s means nothing if no input is one, or an input of another type has that name',
	(role, inputs) => {
		expect(titlesFor(role, inputs)).toEqual([]);
	},
);

test('an input that is called like the role comes before others of its kind', () => {
	const inputs = [text('Style Prompt'), text('PROMPT', 'cat'), image('Image'), image('Mask')];
	expect(titlesFor('prompt', inputs)).toEqual(['PROMPT']);
	expect(titlesFor('image', inputs)).toEqual(['Image']);
	expect(titlesFor('Image', inputs)).toEqual(['Image']);
});

test('an id, a title and a label come before a role', () => {
	const inputs = [text('Positive Prompt'), text('Caption', sentence, 'prompt')];
	expect(titlesFor('prompt', inputs)).toEqual(['Caption']);
	expect(titlesFor('Prompt', inputs)).toEqual(['Caption']);
	expect(titlesFor('Positive Prompt (required)', inputs)).toEqual(['Positive Prompt']);
});

test.each<[what: string, key: string, titles: string[], meant: string[]]>([
	[
		'a number that is another title',
		'Image 1',
		['Image', 'Image', 'Image 1'],
		['Image', 'Image 1'],
	],
	[
		'a label that is another title',
		'Prompt (required)',
		['Prompt', 'Prompt (required)'],
		['Prompt', 'Prompt (required)'],
	],
	[
		'a title equal in another spelling',
		'noise_level',
		['Noise Level', 'noiseLevel'],
		['Noise Level', 'noiseLevel'],
	],
	['the exact one of them', 'noiseLevel', ['Noise Level', 'noiseLevel'], ['noiseLevel']],
	['a short title', 'Steps', ['InstaSD API Input - Steps'], ['InstaSD API Input - Steps']],
	['a title before a short one', 'Steps', ['InstaSD API Input - Steps', 'Steps'], ['Steps']],
	['one word', 'outputWidth', ['Output Width', 'Width'], ['Output Width']],
	['emoji', '🎬', ['🎨', '🎬'], ['🎬']],
	['nothing', '', ['🎨', '', '_'], []],
	['right-to-left letters', ' وصف ', ['وصف', 'صورة'], ['وصف']],
	['wide letters', 'ｗｉｄｔｈ', ['Width', '宽度'], ['Width']],
	['a long title', 'x'.repeat(200), ['x'.repeat(200), 'x'.repeat(199)], ['x'.repeat(200)]],
	['a name of JavaScript', '__proto__', ['__proto__', 'constructor'], ['__proto__']],
	['a name of JavaScript that is nobody’s', 'constructor', ['Width'], []],
])('a key that is %s (%p) means what has that name', (_what, key, titles, meant) => {
	expect(
		titlesFor(
			key,
			titles.map((title) => text(title)),
		),
	).toEqual(meant);
});

test('an id comes before the title that is equal to it', () => {
	const inputs = [
		text('b', sentence, 'a'),
		text('a', sentence, 'b'),
		text('c', sentence, '__proto__'),
	];
	expect(['a', 'b', '__proto__'].map((key) => titlesFor(key, inputs))).toEqual([
		['b'],
		['a'],
		['c'],
	]);
	expect(titlesFor('A', inputs)).toEqual(['a']);
});

test('thousands of inputs are named and found, whether their titles differ or not', () => {
	const many = (titleOf: (at: number) => string) =>
		Array.from({ length: 5000 }, (_, at) => text(titleOf(at), 'x', `id${at}`));
	for (const inputs of [
		many(() => 'A'),
		many((at) => `A ${at}`),
		many((at) => (at % 2 ? 'A' : `A ${at}`)),
	]) {
		const known = knownInputs(inputs);
		expect(new Set(known.map(({ label }) => label)).size).toBe(5000);
		expect(
			known.filter(
				({ id, fieldName }) =>
					titlesFor(fieldName, inputs).length === 0 || titlesFor(id, inputs).length !== 1,
			),
		).toEqual([]);
	}
});

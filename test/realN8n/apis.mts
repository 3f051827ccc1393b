import type { ApiDefinition, ApiInput } from '../../sandbox/emulator/apis.mts';

/** The inputs of "every kind". */
export const ids = {
	prompt: 'a1000000000000aa',
	width: 'a2000000000000bb',
	strength: 'a3000000000000cc',
	upscale: 'a4000000000000dd',
	seed: 'a5000000000000ee',
	image: 'a6000000000000ff',
};

/** What the example of "every kind" holds, but for the seed. */
export const samples = {
	[ids.prompt]: 'cat',
	[ids.width]: 880,
	[ids.strength]: 0.3,
	[ids.upscale]: true,
	[ids.image]: 'https://example.com/sample.png',
};

/** One input of each kind, as few as tell the kinds apart. A prompt of one word starts with it, as other text does. */
export const everyKind: ApiDefinition = {
	name: 'every kind',
	inputs: {
		[ids.prompt]: { title: 'Prompt', value: 'cat' },
		[ids.width]: { title: 'Width', value: 880 },
		[ids.strength]: { title: 'Strength (0-1)', value: 0.3 },
		[ids.upscale]: { title: 'Upscale', value: true },
		[ids.seed]: { title: 'InstaSD API Input - Seed', value: 42 },
		[ids.image]: { title: 'Load Image', value: 'https://example.com/sample.png' },
	},
};

/** "Every kind" after its workflow was changed: titles, samples and order are others, inputs went and came. */
export const everyKindChanged: ApiDefinition = {
	name: 'every kind, changed',
	inputs: {
		[ids.prompt]: { title: 'Prompt', value: 'dog' },
		[ids.width]: { title: 'Output Width', value: 640 },
		[ids.seed]: { title: 'Seed', value: 1 },
		[ids.upscale]: { title: 'Upscale', value: true },
		e100000000000001: { title: 'Height', value: 1176 },
	},
};

/** A prompt and an image, which both must be given. */
export const imageWanted: ApiDefinition = {
	name: 'image wanted',
	inputs: {
		b1000000000000aa: { title: 'Prompt', value: 'a cat' },
		b2000000000000bb: { title: 'Load Image', value: 'publicly available URL for the image' },
	},
};

/** A prompt is all it needs; ids and titles are not those of the sandbox's APIs. */
export const promptOnly: ApiDefinition = {
	name: 'prompt only',
	inputs: {
		f0c1d2e3a4b59607: { title: 'Scene Prompt', value: 'a red fox that sleeps in the snow' },
		'18a7b6c5d4e3f201': { title: 'Image width', value: 512 },
		'92f3e4d5c6b7a819': { title: 'noise seed', value: 5 },
	},
};

const hundred =
	'The long title of an input that goes on and on until it has one hundred characters, which is now, ok';

/** Titles that people give their inputs, and that no key may break on. */
export const strangeTitles: ApiDefinition = {
	name: 'strange titles',
	inputs: {
		c100000000000001: { title: 'Load Image', value: 'https://example.com/first.png' },
		c200000000000002: { title: 'Load Image', value: 'https://example.com/last.png' },
		c300000000000003: { title: 'Größe in Pixeln', value: 512 },
		c400000000000004: { title: 'Grösse in Pixeln', value: 'eine' },
		c500000000000005: { title: '🎨', value: 'red' },
		c600000000000006: { title: '🎬', value: 'blue' },
		c700000000000007: { title: '提示词', value: 'a cat' },
		c800000000000008: { title: '种子值', value: 'a dog' },
		c900000000000009: { title: hundred, value: 'first' },
		ca0000000000000a: { title: `${hundred.slice(0, -2)}no`, value: 'second' },
		cb0000000000000b: { title: '  two  spaces  ', value: 'spaces' },
		cc0000000000000c: { title: 'it\'s `quoted` "twice", (and) {{ braced }}', value: 'quotes' },
		cd0000000000000d: { title: '=1 + 1', value: 'equals' },
		ce0000000000000e: { title: 'Seed 🌱', value: 7 },
	},
};

/** An API with `count` inputs, of all kinds in turn. */
export function apiWith(count: number): ApiDefinition {
	const kinds: Array<(index: number) => ApiInput> = [
		(index) => ({ title: `Prompt ${index}`, value: `text ${index}` }),
		(index) => ({ title: `Width ${index}`, value: index }),
		(index) => ({ title: `Strength ${index}`, value: index + 0.5 }),
		(index) => ({ title: `Upscale ${index}`, value: index % 2 === 0 }),
		(index) => ({ title: `Seed ${index}`, value: index }),
		(index) => ({ title: 'Load Image', value: `https://example.com/${index}.png` }),
	];
	const inputs = Array.from({ length: count }, (_, index): [string, ApiInput] => {
		const kind = kinds[index % kinds.length] ?? kinds[0];
		const id = `d${index.toString(16).padStart(15, '0')}`;
		return [id, kind?.(index) ?? { title: id, value: '' }];
	});
	return { name: `${count} inputs`, inputs: Object.fromEntries(inputs) };
}

/** n8n would give its titles one AI key each: `___` or `__`. */
export const inChinese: ApiDefinition = {
	name: 'in Chinese',
	inputs: {
		cccccccccccccc01: { title: '提示词', value: '一只坐在椅子上的猫' },
		cccccccccccccc02: { title: '宽度', value: 1024 },
		cccccccccccccc03: { title: '高度', value: 768 },
		cccccccccccccc04: { title: '种子', value: 42 },
	},
};

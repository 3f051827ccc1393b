import {
	type FormValues,
	InputErrors,
	planInputs,
	valuesFromForm,
} from '../../../nodes/InstaSd/inputs/values';
import { emptyItem, imageUrl, input, itemWith, refusalOf, valuesOf } from './support.mts';

const prompt = input({ id: 'p1', title: 'Prompt', sample: 'a cat' });
const style = input({ id: 't1', title: 'Negative Prompt', sample: 'blurry, ugly' });
const width = input({ id: 'w1', title: 'Width', sample: 880 });
const seed = input({ id: 's1', title: 'Seed', sample: 42 });
const image = input({ id: 'i1', title: 'Load Image', sample: imageUrl });
const second = input({ id: 'i2', title: 'Load Image', sample: imageUrl });
const all = [prompt, style, width, seed, image, second];
const untouched = {
	p1: 'a cat',
	t1: 'blurry, ugly',
	w1: 880,
	s1: 'seed',
	i1: imageUrl,
	i2: imageUrl,
};

/** A form with a field for every input. */
function form(
	value: Record<string, unknown>,
	{
		raw = value,
		removed = [],
		fields = all.map(({ id }) => id),
	}: {
		raw?: Record<string, unknown>;
		removed?: string[];
		fields?: string[];
	} = {},
): FormValues {
	return {
		mappingMode: 'defineBelow',
		value,
		rawValue: raw,
		schema: fields.map((id) => ({ id, removed: removed.includes(id) })),
	};
}
const planned = (given: FormValues, json = {}, inputs = all) =>
	valuesOf(planInputs(inputs, valuesFromForm(inputs, given, json), emptyItem));
const full = {
	p1: 'a dog',
	t1: 'dark',
	w1: 512,
	s1: '7',
	i1: 'https://a/1.png',
	i2: 'https://a/2.png',
};

describe('the form', () => {
	test('sends what it shows', () => {
		expect(planned(form(full))).toEqual({ ...full, s1: 7 });
	});

	test('sends the value of the example for a field that was removed', () => {
		const { p1, ...rest } = full;
		expect(p1).toBe('a dog');
		expect(planned(form(rest, { removed: ['p1'] }))).toMatchObject({ p1: 'a cat' });
	});

	test('sends no value that a removed field has left behind', () => {
		expect(planned(form(full, { removed: ['p1', 'w1'] }))).toMatchObject({ p1: 'a cat', w1: 880 });
	});

	test('sends the value of the example for an input it has no field for', () => {
		expect(planned(form({}, { fields: [] }))).toEqual(untouched);
	});

	test('sends a value that has no field, as workflows made by programs have it', () => {
		expect(planned(form(full, { fields: [] }))).toEqual({ ...full, s1: 7 });
	});

	test('is refused when it was made for another API, as after a change of the credential', () => {
		const other = form({ other: 'a dog' }, { fields: ['other', 'another'] });
		expect(refusalOf(() => planned(other)).message).toContain('made for another API');
	});

	test('is refused by name when it shows a value for an input that the API no longer has', () => {
		const old = form({ ...full, gone: 1 }, { fields: ['gone', 'p1'] });
		expect(refusalOf(() => planned(old)).message).toContain("'gone'");
	});

	test('ignores what the editor has left of inputs that are no longer shown', () => {
		expect(planned(form({ ...full, gone: 1 }, { fields: ['p1'] }))).not.toHaveProperty('gone');
	});
});

describe('a field that was emptied', () => {
	const without = (id: string) =>
		Object.fromEntries(Object.entries(full).filter(([key]) => key !== id));

	test.each([
		['dropped by the editor', (id: string) => form(without(id))],
		['null', (id: string) => form({ ...full, [id]: null })],
		[
			'null before evaluation, and gone after it',
			(id: string) => form(without(id), { raw: { ...full, [id]: null } }),
		],
		['empty text', (id: string) => form({ ...full, [id]: '' })],
	])('(%s) sends empty text, draws a seed, and refuses the rest by name', (_how, emptied) => {
		expect(planned(emptied('t1'))).toMatchObject({ t1: '' });
		expect(planned(emptied('s1'))).toMatchObject({ s1: 'seed' });
		expect(refusalOf(() => planned(emptied('w1'))).message).toContain("'Width' (w1) is empty");
		expect(refusalOf(() => planned(emptied('i1'))).message).toContain(
			"'Load Image 1' (i1) needs a value",
		);
	});
});

describe('a prompt', () => {
	const { p1, ...rest } = full;
	expect(p1).toBe('a dog');

	test.each([
		['was not touched or was emptied', form(rest)],
		['is null', form({ ...full, p1: null })],
		['is empty', form({ ...full, p1: '' })],
		['has an expression that gave spaces', form({ ...full, p1: ' \n ' })],
	])('that %s is refused by name, with the text of the example', (_how, given) => {
		const { message, description } = refusalOf(() => planned(given));
		expect(message).toBe("Input 'Prompt' (p1) needs a value, such as 'a cat'");
		expect(description).toContain('remove the field');
	});

	test('is sent as the example has it where the form has no field for it', () => {
		expect(planned(form(rest, { removed: ['p1'] }))).toMatchObject({ p1: 'a cat' });
		expect(planned(form(rest, { fields: ['w1'] }))).toMatchObject({ p1: 'a cat' });
	});

	test('is sent as it was written, spaces and all', () => {
		expect(planned(form({ ...full, p1: ' a\ndog ' }))).toMatchObject({ p1: ' a\ndog ' });
	});
});

describe('several wrong values', () => {
	test('are refused all at once, a line each, and every way out is told once', () => {
		const given = form({ ...full, w1: 'wide', s1: 'x', i2: 'nothing' });
		const { message, description } = refusalOf(() => planned(given));
		expect(message.split('\n')).toEqual([
			'3 values are wrong:',
			"1. Input 'Width' (w1) takes a number, not 'wide'",
			"2. Input 'Seed' (s1) takes a whole number, or 'random' for a new one with every task, not 'x'",
			"3. Input 'Load Image 2' (i2) takes a URL, base64, or the name of a binary field, not 'nothing'",
		]);
		expect(description.split('\n')).toEqual([
			'Nothing was sent. Correct the value in the form, the expression behind it, or the JSON.',
			expect.stringContaining('The item has no binary fields'),
		]);
	});

	test('are told with keys that mean no one input', () => {
		const automatic: FormValues = { ...form({}), mappingMode: 'autoMapInputData' };
		const item = { 'Load Image': imageUrl, Width: 'wide' };
		expect(refusalOf(() => planned(automatic, item)).message.split('\n')).toEqual([
			'3 values are wrong:',
			"1. 'Load Image' is the title of 2 inputs",
			"2. Input 'Prompt' (p1) needs a value, such as 'a cat'",
			"3. Input 'Width' (w1) takes a number, not 'wide'",
		]);
	});

	test('are told up to ten', () => {
		const many = Array.from({ length: 30 }, (_, n) =>
			input({ id: `w${n}`, title: 'Width', sample: n }),
		);
		const value = Object.fromEntries(many.map(({ id }) => [id, 'wide']));
		const { message } = refusalOf(() => planned(form(value, { fields: [] }), {}, many));
		const lines = message.split('\n');
		expect(lines).toHaveLength(11);
		expect(lines[0]).toBe('10 or more values are wrong:');
		expect(lines[10]).toContain("Input 'Width 10' (w9)");
	});
});

describe('an expression that gives nothing', () => {
	const gave = (value: null | undefined, id: string) =>
		form({ ...full, [id]: value }, { raw: { ...full, [id]: '={{ $json.typo }}' } });

	test.each([null, undefined])('(%p) is refused by name, also for a text', (value) => {
		for (const [id, title] of [
			['p1', 'Prompt'],
			['w1', 'Width'],
			['i1', 'Load Image 1'],
		] as const) {
			const { message, description } = refusalOf(() => planned(gave(value, id)));
			expect(message).toContain(`Input '${title}' (${id}) has no value`);
			expect(description).toContain('Check the expression');
		}
	});

	test.each([null, undefined])('(%p) draws a seed', (value) => {
		expect(planned(gave(value, 's1'))).toMatchObject({ s1: 'seed' });
	});
});

describe('automatic mapping', () => {
	const automatic: FormValues = { ...form({}), mappingMode: 'autoMapInputData' };

	test('takes keys that are an id or the title of one input', () => {
		expect(
			planned(automatic, { Prompt: 'a dog', w1: '512', ' Seed ': 7, i2: 'https://a/b' }),
		).toEqual({
			p1: 'a dog',
			t1: 'blurry, ugly',
			w1: 512,
			s1: 7,
			i1: imageUrl,
			i2: 'https://a/b',
		});
	});

	test('ignores keys it does not know, and what the form held before', () => {
		const item = { p1: 'a dog', 'load image': 'x', nested: { Width: 1 }, constructor: 1 };
		expect(planned({ ...automatic, value: full, rawValue: full }, item)).toEqual({
			...untouched,
			p1: 'a dog',
		});
	});

	test('refuses a key that is the title of two inputs, with their ids', () => {
		const { message, description } = refusalOf(() =>
			planned(automatic, { Prompt: 'a dog', 'Load Image': imageUrl }),
		);
		expect(message).toBe("'Load Image' is the title of 2 inputs");
		expect(description).toContain("'Load Image 1' (i1), 'Load Image 2' (i2)");
	});

	test.each(['Load Image 2', ' Load Image 2 '])(
		'takes the name that the form has for one of two inputs: %p',
		(key) => {
			expect(planned(automatic, { Prompt: 'a dog', [key]: 'https://a/b' })).toMatchObject({
				i1: imageUrl,
				i2: 'https://a/b',
			});
		},
	);

	test('refuses a name that is the title of one input and the number of another', () => {
		const third = input({ id: 'i3', title: 'Load Image 2', sample: imageUrl });
		const { message } = refusalOf(() =>
			planned(automatic, { Prompt: 'a dog', 'Load Image 2': imageUrl }, [...all, third]),
		);
		expect(message).toBe("'Load Image 2' is the title of 2 inputs");
	});

	test.each([{}, { prompt: 'a dog' }, { Prompt: '' }, { p1: ' \n' }])(
		'asks for the prompt with the names it looks for: %j',
		(item) => {
			const { message, description } = refusalOf(() => planned(automatic, item));
			expect(message).toBe("Input 'Prompt' (p1) needs a value, such as 'a cat'");
			expect(description).toContain("the item's field 'Prompt' or 'p1'");
		},
	);

	test('refuses an input that is given by id and by title, in either order', () => {
		for (const item of [
			{ p1: 'a', Prompt: 'b' },
			{ Prompt: 'b', p1: 'a' },
		]) {
			expect(refusalOf(() => planned(automatic, item)).message).toContain(
				"Input 'Prompt' (p1) is given twice",
			);
		}
	});

	test('refuses null by name', () => {
		expect(refusalOf(() => planned(automatic, { Prompt: null })).message).toContain(
			'returned null',
		);
	});

	test('takes an id before a title that looks like it', () => {
		const inputs = [
			input({ id: 'x', title: 'y', sample: 'a' }),
			input({ id: 'y', title: 'z', sample: 'b' }),
		];
		expect(planned(automatic, { y: 'c' }, inputs)).toEqual({ x: 'a', y: 'c' });
	});
});

describe('an input that was left to the example', () => {
	const nothingGiven = () => ({ values: new Map(), errors: new InputErrors() });
	const left = (described: Parameters<typeof input>[0], item = emptyItem) =>
		valuesOf(planInputs([input({ id: 'a', ...described })], nothingGiven(), item));

	test('draws a seed afresh, always', () => {
		expect(left({ title: 'Seed', sample: 42 })).toEqual({ a: 'seed' });
	});

	test.each([
		[{ type: 'text', sample: undefined } as const, ''],
		[{ type: 'text', sample: '' } as const, ''],
		[{ type: 'boolean', sample: false } as const, false],
		[{ type: 'image', sample: 'data:image/png;base64,aGk=' } as const, 'aGk='],
	])('%j is sent', (described, value) => {
		expect(left(described)).toEqual({ a: value });
	});

	test.each(['number', 'integer', 'boolean', 'options'] as const)(
		'is refused where the example has no value for a %s',
		(type) => {
			expect(refusalOf(() => left({ type, sample: undefined })).message).toContain(
				'has no value, and the example in the credential has none',
			);
		},
	);

	test.each(['publicly available URL for the image', '', undefined, 'data'])(
		'is asked for where the example has only words for a file: %p',
		(sample) => {
			const work = () =>
				left({ type: 'image', title: 'Load Image', sample }, itemWith({ data: 1 }));
			expect(refusalOf(work).message).toContain("Input 'Load Image' (a) needs a value");
		},
	);
});

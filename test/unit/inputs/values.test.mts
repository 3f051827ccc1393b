import { planInputs } from '../../../nodes/InstaSd/inputs/planInputs';
import { type FormValues, InputErrors, valuesFromForm } from '../../../nodes/InstaSd/inputs/values';
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
		const { t1, ...rest } = full;
		expect(t1).toBe('dark');
		expect(planned(form(rest, { removed: ['t1'] }))).toMatchObject({ t1: 'blurry, ugly' });
	});

	test('sends no value that a removed field has left behind', () => {
		expect(planned(form(full, { removed: ['t1', 'w1'] }))).toMatchObject({
			t1: 'blurry, ugly',
			w1: 880,
		});
	});

	test('is refused when it was made for another API, as after a change of the credential', () => {
		const other = form({ other: 'a dog' }, { fields: ['other', 'another'] });
		expect(refusalOf(() => planned(other)).message).toContain('belong to a different API');
	});

	test('is refused by name when it shows a value for an input that the API no longer has', () => {
		const old = form({ ...full, gone: 1 }, { fields: ['gone', 'p1'] });
		expect(refusalOf(() => planned(old)).message).toContain("'gone'");
	});
});

describe('a form that a program wrote', () => {
	const { p1, ...rest } = full;
	const bare = (value: Record<string, unknown>) => form(value, { fields: [] });

	test('needs no schema, and may name inputs by id, title, number, label or role', () => {
		const expected = { ...full, p1: 'a dog', s1: 7 };
		for (const value of [
			full,
			{ prompt: p1, ...rest },
			{ 'Prompt (required)': p1, ...rest },
			{
				...{ PROMPT: p1, 'Negative Prompt': 'dark', Width: '512', seed: '7' },
				...{ 'Load Image 1': full.i1, 'Load Image 2': full.i2 },
			},
		]) {
			expect(planned(bare(value))).toEqual(expected);
		}
	});

	test('is completed from the example, except for required inputs', () => {
		expect(planned(bare({ prompt: 'a dog' }))).toEqual({ ...untouched, p1: 'a dog' });
		const { message, description } = refusalOf(() => planned(bare({ Width: 512 })));
		expect(message).toBe("'Prompt' needs text, such as 'a cat'");
		expect(description).toContain("- prompt ('Prompt'): text, required, such as 'a cat'");
	});

	test.each([[[]], [['p1', 'w1']], [['p1', 'gone']]])(
		'is refused by name for a key that means no input, with the fields %j in its schema',
		(fields) => {
			const value = { ...full, promt: 'x' };
			const { message, description } = refusalOf(() => planned(form(value, { fields })));
			expect(message).toBe("The API has no input 'promt'");
			expect(description).toContain("- seed ('Seed'): a whole number, or 'random' for a new one");
		},
	);

	test('is refused for each of its keys, when it was written for another API', () => {
		const value = { '8428ca86f40f597d': 'a dog', Widht: 1 };
		expect(refusalOf(() => planned(bare(value))).message.split('\n')).toEqual([
			'3 values are wrong:',
			"1. The API has no input '8428ca86f40f597d'",
			"2. The API has no input 'Widht'",
			"3. 'Prompt' needs text, such as 'a cat'",
		]);
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
		expect(refusalOf(() => planned(emptied('w1'))).message).toContain(
			"'Width' needs a number, such as 880",
		);
		expect(refusalOf(() => planned(emptied('i1'))).message).toContain(
			"'Load Image 1' (i1) needs a link, or the name of one of the item's files",
		);
	});
});

test('a choice that was emptied is empty text where that is an option', () => {
	const choice = input({ id: 'c1', type: 'options', sample: 'a', options: ['a', ''] });
	expect(planned(form({ c1: '' }), {}, [choice])).toEqual({ c1: '' });
	const other = { ...choice, options: ['a', 'b'] };
	expect(refusalOf(() => planned(form({ c1: '' }), {}, [other])).message).toContain(
		"one of 'a', 'b'",
	);
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
		expect(message).toBe("'Prompt' needs text, such as 'a cat'");
		expect(description).toContain('Fill in its field');
		expect(description).not.toContain('remove the field');
	});

	test.each([
		['was removed', form(rest, { removed: ['p1'] })],
		['the form has no field for', form(rest, { fields: ['w1'] })],
	])('that %s is refused: the text of the example is never paid for', (_how, given) => {
		expect(refusalOf(() => planned(given)).message).toContain("'Prompt' needs text");
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
			"1. Input 'Width' takes a number, not 'wide'",
			"2. Input 'Seed' takes a whole number, or 'random' for a new one with every task, not 'x'",
			"3. Input 'Load Image 2' (i2) takes a link, or the name of one of the item's files, not 'nothing'",
		]);
		expect(description.split('\n')).toEqual([
			'Nothing was sent.',
			'Correct the value in the form, or the expression behind it.',
			'A link starts with http:// or https:// and contains no spaces.',
			'The item has no files.',
		]);
	});

	test('are missing inputs, if all of them are empty', () => {
		const given = form({ ...full, p1: '', w1: '' });
		const { message, description } = refusalOf(() => planned(given));
		expect(message.split('\n')).toEqual([
			'2 inputs are missing:',
			"1. 'Prompt' needs text, such as 'a cat'",
			"2. 'Width' needs a number, such as 880",
		]);
		expect(description).toContain('Fill in its field');
		const one = form({ ...full, p1: '', w1: 'wide' });
		expect(refusalOf(() => planned(one)).message).toMatch(/^2 values are wrong:/);
		const many = Array.from({ length: 30 }, (_, n) =>
			input({ title: `Width ${n}`, type: 'number' }),
		);
		const none = { ...form({}, { fields: many.map(({ id }) => id) }) };
		expect(refusalOf(() => planned(none, {}, many)).message).toMatch(
			/^10 or more inputs are missing:/,
		);
	});

	test('include keys that can mean two inputs', () => {
		const automatic: FormValues = { ...form({}), mappingMode: 'autoMapInputData' };
		const item = { 'Load Image': imageUrl, Width: 'wide' };
		expect(refusalOf(() => planned(automatic, item)).message.split('\n')).toEqual([
			'3 values are wrong:',
			"1. 'Load Image' can mean 2 inputs: 'Load Image 1' (i1), 'Load Image 2' (i2)",
			"2. 'Prompt' needs text, such as 'a cat'",
			"3. Input 'Width' takes a number, not 'wide'",
		]);
	});

	test('are listed up to ten', () => {
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
		for (const [id, name] of [
			['p1', "'Prompt'"],
			['w1', "'Width'"],
			['i1', "'Load Image 1' (i1)"],
		] as const) {
			const { message, description } = refusalOf(() => planned(gave(value, id)));
			const returned = `its expression returned ${value === null ? 'null' : 'nothing'}`;
			const isNoFile = value === undefined && id === 'i1';
			const why = isNoFile ? 'there is no file where its expression looks for one' : returned;
			expect(message).toBe(`Input ${name} has no value: ${why}`);
			expect(description).toContain('check the spelling of the field it reads');
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
		const item = { p1: 'a dog', 'load images': 'x', nested: { Width: 1 }, constructor: 1 };
		expect(planned({ ...automatic, value: full, rawValue: full }, item)).toEqual({
			...untouched,
			p1: 'a dog',
		});
	});

	test('takes a title in another case, but not beside the exact one, nor from an item of this node', () => {
		const steps = input({ id: 'c1', title: 'Steps', sample: 12 });
		const cost = input({ id: 'c2', title: 'Cost', sample: 8 });
		const taken = (item: Record<string, unknown>) => planned(automatic, item, [steps, cost]);
		expect(taken({ steps: 5, COST: 6 })).toEqual({ c1: 5, c2: 6 });
		expect(taken({ steps: 5, Steps: 7 })).toEqual({ c1: 7, c2: 8 });
		expect(taken({ task_id: 'x', cost: 0.05, Steps: 7 })).toEqual({ c1: 7, c2: 8 });
	});

	test('names the prompts that share a role', () => {
		const face = input({ id: 'p2', title: 'Face Prompt', sample: 'a smile' });
		const main = input({ id: 'p3', title: 'Main Prompt', sample: 'a cat' });
		expect(refusalOf(() => planned(automatic, { prompt: 'a dog' }, [main, face]))).toEqual({
			message: "'prompt' can mean 2 inputs: 'Main Prompt', 'Face Prompt'",
			description: 'Nothing was sent. Use the name or the ID of the one you mean.',
		});
	});

	test('ignores a name for two prompts if the item has a field for each', () => {
		const face = input({ id: 'p2', title: 'Face Prompt', sample: 'a smile' });
		const main = input({ id: 'p3', title: 'Main Prompt', sample: 'a cat' });
		const item = { prompt: '', 'Main Prompt': 'a dog', 'Face Prompt': 'a grin' };
		expect(planned(automatic, item, [main, face])).toEqual({ p2: 'a grin', p3: 'a dog' });
		const { message } = refusalOf(() =>
			planned(automatic, { prompt: 'a fox', 'Main Prompt': 'a dog' }, [main, face]),
		);
		expect(message).toContain("'prompt' can mean 2 inputs");
	});

	test('does not take a column without a name for an input without a title', () => {
		const untitled = input({ id: 'u1', title: '', sample: 'a vase' });
		expect(planned(automatic, { '': '0' }, [untitled])).toEqual({ u1: 'a vase' });
	});

	test('does not reuse the seed of an earlier task, whose item has a task_id', () => {
		const item = { prompt: 'a dog', seed: 7 };
		expect(planned(automatic, item)).toMatchObject({ s1: 7 });
		expect(planned(automatic, { ...item, task_id: 'a' })).toMatchObject({ s1: 'seed' });
		const called = input({ id: 's2', title: 'seed', sample: 1 });
		expect(planned(automatic, { ...item, task_id: 'a' }, [prompt, called])).toEqual({
			p1: 'a dog',
			s2: 'seed',
		});
		expect(planned(automatic, { prompt: 'a dog', task_id: 'a', Seed: 7 })).toMatchObject({ s1: 7 });
	});

	test.each([{}, { Text: 'a dog' }, { Prompt: '' }, { prompt: ' \n' }])(
		'asks for the prompt with the names it looks for, its role first: %j',
		(item) => {
			const { message, description } = refusalOf(() => planned(automatic, item));
			expect(message).toBe("'Prompt' needs text, such as 'a cat'");
			expect(description).toContain("the item's field 'prompt' or 'Prompt', which is missing");
		},
	);

	test.each([
		['p1', 'Prompt'],
		['Prompt', 'p1'],
		['prompt', 'Prompt'],
		['Prompt', 'Prompt (required)'],
	])('refuses an input that is given by %p and by %p, and names both', (one, other) => {
		const { message } = refusalOf(() => planned(automatic, { [one]: 'a', [other]: 'b' }));
		expect(message).toBe(`Input 'Prompt' is given twice, by '${one}' and by '${other}'`);
	});

	test.each([
		['Prompt', null, 'null'],
		['Prompt', undefined, 'empty'],
		['i1', null, 'null'],
		['i1', undefined, 'empty'],
	])(
		'refuses the field %p that is %p by its name, and speaks of no expression',
		(key, given, is) => {
			const { message } = refusalOf(() => planned(automatic, { Prompt: 'a dog', [key]: given }));
			const name = key === 'i1' ? "'Load Image 1' (i1)" : "'Prompt'";
			expect(message).toBe(`Input ${name} has no value: the item's field '${key}' is ${is}`);
		},
	);
});

describe('an input that was left to the example', () => {
	const nothingGiven = () => ({
		source: 'json' as const,
		values: new Map(),
		errors: new InputErrors(),
	});
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

	test.each([
		['number', 'a number'],
		['integer', 'a whole number'],
		['boolean', 'true or false'],
		['options', "one of 'a', 2"],
		['image', "a link, or the name of one of the item's files"],
		['video', 'a link'],
	] as const)('is refused where the example has no value for a %s: it needs %s', (type, takes) => {
		const work = () => left({ type, sample: undefined, options: ['a', 2] });
		expect(refusalOf(work).message).toBe(`'Prompt' needs ${takes}`);
	});

	test.each(['publicly available URL for the image', '', undefined, 'data'])(
		'is asked for if the example describes a file only in words: %p',
		(sample) => {
			const work = () =>
				left({ type: 'image', title: 'Load Image', sample }, itemWith({ data: 1 }));
			expect(refusalOf(work).message).toContain("'Load Image' needs a link, or");
		},
	);
});

import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import type { ApiInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { planWholeBody, valuesFromJson } from '../../../nodes/InstaSd/inputs/jsonBody';
import { planInputs } from '../../../nodes/InstaSd/inputs/planInputs';
import { articleBody, emptyItem, imageUrl, input, refusalOf, valuesOf } from './support.mts';

const prompt = input({ id: 'p1', title: 'Prompt', sample: 'a cat' });
const width = input({ id: 'w1', title: 'Width', sample: 880 });
const seed = input({ id: 's1', title: 'Seed', sample: 42 });
const first = input({ id: 'i1', title: 'Load Image', sample: imageUrl });
const second = input({ id: 'i2', title: 'Load Image', sample: imageUrl });
const all = [prompt, width, seed, first, second];
const planned = (json: unknown, inputs: ApiInput[] = all) =>
	valuesOf(planInputs(inputs, valuesFromJson(inputs, json), emptyItem));
const untouched = { p1: 'a cat', w1: 880, s1: 'seed', i1: imageUrl, i2: imageUrl };

describe('with an example in the credential', () => {
	test.each([
		[
			'the whole body',
			{ inputs: { p1: { title: 'Prompt', value: 'x' }, w1: { title: 'W', value: 5 } } },
		],
		['the body without "inputs"', { p1: { title: 'Prompt', value: 'x' }, w1: { value: 5 } }],
		['values by id', { p1: 'x', w1: 5 }],
		['values by title', { Prompt: 'x', Width: 5 }],
		['a mixture', { inputs: { Prompt: { value: 'x' }, w1: '5' } }],
	])('%s is understood, as object and as text', (_spelling, json) => {
		const expected = { ...untouched, p1: 'x', w1: 5 };
		expect(planned(json)).toEqual(expected);
		expect(planned(JSON.stringify(json))).toEqual(expected);
		expect(planned(`\uFEFF\n${JSON.stringify(json, null, 2)}\n`)).toEqual(expected);
	});

	test.each(['', '  ', '{}', {}, { inputs: {} }])(
		"%j is refused: it would pay for the example's own picture",
		(json) => {
			const { message, description } = refusalOf(() => planned(json));
			expect(message).toBe('The JSON gives no input');
			expect(description).toContain("- prompt ('Prompt'): text, required, such as 'a cat'");
		},
	);

	test('a role means the only such input, in any case', () => {
		expect(planned({ prompt: 'x', SEED: 7 })).toEqual({ ...untouched, p1: 'x', s1: 7 });
		expect(planned({ image: 'https://a/b' }, [prompt, first])).toEqual({
			p1: 'a cat',
			i1: 'https://a/b',
		});
	});

	test('an input beside "inputs" is refused, because it would not be sent', () => {
		const body = { inputs: { p1: 'x' }, Width: 5 };
		expect(refusalOf(() => planned(body)).message).toContain("'Width'");
	});

	test('other fields beside "inputs" are fine: an item of this node has them', () => {
		expect(planned({ inputs: { p1: 'x' }, task_id: 'a', progress: 100 })).toMatchObject({
			p1: 'x',
		});
	});

	test('an absent prompt is taken from the example, and an empty one is refused', () => {
		expect(planned({ Width: 5 })).toMatchObject({ p1: 'a cat' });
		for (const blank of ['', ' \n']) {
			expect(refusalOf(() => planned({ Prompt: blank })).message).toBe(
				"'Prompt' needs text, such as 'a cat'",
			);
		}
	});

	test('a title means its input in another case, too, unless it is nobody else', () => {
		expect(planned({ width: 5, ' PROMPT ': 'a dog' })).toMatchObject({ w1: 5, p1: 'a dog' });
		const capital = input({ id: 'c1', title: 'Steps', sample: 12 });
		const small = input({ id: 'c2', title: 'steps', sample: 8 });
		expect(planned({ steps: 5 }, [capital, small])).toEqual({ c1: 12, c2: 5 });
		expect(refusalOf(() => planned({ STEPS: 5 }, [capital, small])).message).toBe(
			"'STEPS' can mean 2 inputs: 'Steps', 'steps'",
		);
		expect(refusalOf(() => planned({ C1: 5 }, [capital, small])).message).toContain(
			"no input 'C1'",
		);
	});

	test('"random" draws a seed, and a number pins it', () => {
		expect(planned({ Seed: 'random' })).toMatchObject({ s1: 'seed' });
		expect(planned({ s1: { value: 'Random' } })).toMatchObject({ s1: 'seed' });
		expect(planned({ s1: null })).toMatchObject({ s1: 'seed' });
		expect(planned({ Seed: 7 })).toMatchObject({ s1: 7 });
	});

	test("the article's own body is sent back, but for a new seed and the image it only describes", () => {
		const inputs = readRequestExample(JSON.stringify(articleBody)).inputs;
		expect(refusalOf(() => planned(articleBody, inputs)).message).toContain("Input 'Load Image'");
		const values = planned({ 'Load Image': imageUrl }, inputs);
		expect(values).toMatchObject({
			'8428ca86f40f597d': imageUrl,
			'94c18e9e703d2087': 'seed',
			'1022e871b44ce7f6': '2',
		});
		expect(Object.keys(values)).toEqual(Object.keys(articleBody.inputs));
	});

	test.each(['Promt', 'negative_prompt', '', 'constructor', 'x'.repeat(5000)])(
		'the unknown name %p is refused with the list of all inputs',
		(name) => {
			const { message, description } = refusalOf(() => planned({ [name]: 'x' }));
			expect(message).toBe(`The API has no input '${name.slice(0, 80)}'`);
			expect(description.split('\n').slice(2)).toEqual([
				"The API's inputs:",
				"- prompt ('Prompt'): text, required, such as 'a cat'",
				"- 'Width': a number, such as 880",
				"- seed ('Seed'): a whole number, or 'random' for a new one with every task",
				`- 'Load Image 1' (i1): a link, or the name of one of the item's files, such as '${imageUrl}'`,
				`- 'Load Image 2' (i2): a link, or the name of one of the item's files, such as '${imageUrl}'`,
			]);
		},
	);

	test('a name that JavaScript keeps for itself is not dropped silently', () => {
		expect(refusalOf(() => planned('{ "__proto__": "x" }')).message).toContain("'__proto__'");
	});

	test('an entry with a title but no value is refused, not taken for empty', () => {
		expect(refusalOf(() => planned({ p1: { title: 'Prompt' } })).message).toContain('takes text');
	});
});

describe('text that is not valid JSON', () => {
	test.each([
		'{ "Prompt": "a" ',
		"{ 'Prompt': 'a' }",
		'{ "Prompt": "a\nb" }',
		'{ "Prompt": a cat }',
	])('%p is refused with the reason and the usual causes', (text) => {
		for (const read of [() => planned(text), () => planWholeBody(text)]) {
			const { message, description } = refusalOf(read);
			expect(message).toMatch(/JSON of the inputs is not valid: .*JSON/);
			expect(description).toContain('JSON.stringify');
		}
	});

	test.each(['[]', '"a"', '7', 'null', 'true', [1], 7, null, new Date(0)])(
		'%p is refused because it is not an object',
		(json) => {
			for (const read of [() => planned(json), () => planWholeBody(json)]) {
				expect(refusalOf(read).message).toContain('is not an object');
			}
		},
	);
});

describe('without an example in the credential', () => {
	const sent = (json: unknown) => valuesOf(planWholeBody(json));

	test('the whole body is sent as it is, whatever its values are', () => {
		const value = { list: [1, null, { deep: true }] };
		const inputs = {
			a: { title: 'A', value },
			b: { title: 'B', value: null },
			c: { title: 'C', value: [] },
			d: { title: 'D', value: '' },
			e: { value: -0.5 },
		};
		for (const json of [{ inputs }, inputs, JSON.stringify({ inputs })]) {
			expect(sent(json)).toEqual({ a: value, b: null, c: [], d: '', e: -0.5 });
			expect(planWholeBody(json).map(({ title }) => title)).toEqual([
				'A',
				'B',
				'C',
				'D',
				undefined,
			]);
		}
	});

	test('"random" draws a seed where the title names one, and only there', () => {
		expect(
			planWholeBody({
				a: { title: 'Seed', value: 'random' },
				b: { title: 'noise_seed', value: ' Random ' },
				c: { title: 'Mode', value: 'random' },
				d: { value: 'random' },
				e: { title: 'Seed', value: 42 },
			}).map(({ value }) => value),
		).toEqual([
			{ kind: 'seed', asText: false },
			{ kind: 'seed', asText: false },
			{ kind: 'value', value: 'random' },
			{ kind: 'value', value: 'random' },
			{ kind: 'value', value: 42 },
		]);
	});

	test.each([
		{ a: 'x' },
		{ inputs: { a: 'x' } },
		{ a: { title: 'A' } },
		{ a: null },
		{ a: { value: undefined } },
	])('%j is refused, because it is not whole', (json) => {
		const { message, description } = refusalOf(() => planWholeBody(json));
		expect(message).toContain("input 'a' without");
		expect(description).toContain('Copy the sample request body');
	});

	test('all mistakes are shown at once', () => {
		const { message } = refusalOf(() =>
			planWholeBody({ a: 'x', b: { value: 1 }, c: { value: 2 ** 60 } }),
		);
		expect(message).toMatch(
			/^2 values are wrong:\n1\. .*'a' without.*\n2\. Input 'c' contains a number/,
		);
	});

	test.each(['', '{}', { inputs: {} }])('%j is refused as empty', (json) => {
		expect(refusalOf(() => planWholeBody(json)).message).toContain('gives no input');
	});

	test.each([
		'9007199254740993',
		'-9007199254740992',
		'1e400',
		'[1, 9007199254740993]',
		'{ "deep": [{ "x": 18446744073709551615 }] }',
	])('the number in %s is refused by name, not rounded', (value) => {
		const { message } = refusalOf(() =>
			planWholeBody(`{ "a": { "title": "A", "value": ${value} } }`),
		);
		expect(message).toContain("Input 'A' contains");
		expect(message).toContain('too large to be sent exactly');
	});

	test('a name that JavaScript keeps for itself is sent as well', () => {
		expect(planWholeBody('{ "__proto__": { "value": 1 } }').map(({ id }) => id)).toEqual([
			'__proto__',
		]);
	});
});

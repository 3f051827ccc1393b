import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { articleBody, refusalOf } from '../inputs/support.mts';

const example = (inputs: unknown) => readRequestExample(JSON.stringify({ inputs })).inputs;
const one = (described: unknown) => example({ a: described })[0];

test("the article's example gives its ten inputs with ids, titles, samples and types", () => {
	const inputs = readRequestExample(JSON.stringify(articleBody)).inputs;
	expect(inputs.map(({ id, title, sample }) => [id, { title, value: sample }])).toEqual(
		Object.entries(articleBody.inputs),
	);
	expect(inputs.map(({ type }) => type)).toEqual(
		'text number number number number number seed text image text'.split(' '),
	);
});

test.each([
	['on one line', JSON.stringify(articleBody)],
	['on many lines', JSON.stringify(articleBody, null, '\t')],
	['with a byte order mark', `\uFEFF${JSON.stringify(articleBody)}`],
	['with spaces around it', `\n  ${JSON.stringify(articleBody)}  \n`],
	['as only the part inside "inputs"', JSON.stringify(articleBody.inputs)],
	['with more beside "inputs"', JSON.stringify({ ...articleBody, webhook: 'x' })],
])('an example %s is the same', (_how, text) => {
	expect(readRequestExample(text).inputs).toEqual(
		readRequestExample(JSON.stringify(articleBody)).inputs,
	);
});

describe('hints', () => {
	test('a type in the example wins over the guess', () => {
		expect(one({ title: 'Prompt', value: 'a cat', type: 'image' })?.type).toBe('image');
		expect(one({ title: 'Seed', value: 42, type: 'integer' })?.type).toBe('integer');
	});

	test('a list of options makes a choice, unless the type says otherwise', () => {
		const options = ['enable', 2, true];
		expect(one({ title: 'Mode', value: 'enable', options })).toMatchObject({
			type: 'options',
			options,
		});
		expect(one({ title: 'Mode', options: ['only'] })?.type).toBe('options');
		expect(one({ title: 'Mode', value: 'enable', options, type: 'text' })?.type).toBe('text');
	});

	test('an unknown type is refused with the types there are', () => {
		const { message, description } = refusalOf(() => one({ title: 'A', value: 1, type: 'float' }));
		expect(message).toContain("Input 'a'");
		expect(message).toContain("'type'");
		expect(description).toContain('text, number, integer, boolean, options, seed, image');
	});

	test('a choice without a list is refused where it is written, not when it runs', () => {
		const { message, description } = refusalOf(() => one({ title: 'A', type: 'options' }));
		expect(message).toContain("Input 'a'");
		expect(description).toContain('"options": [');
		expect(refusalOf(() => one({ title: 'A', options: [] })).message).toContain("'options'");
	});
});

describe('what an entry may look like', () => {
	test('without a title it goes by its id', () => {
		expect(one({ value: 1 })).toMatchObject({ id: 'a', title: 'a', sample: 1 });
	});

	test.each([[{ title: 'A' }], [{ title: 'A', value: null }]])('%j has no sample', (entry) => {
		expect(one(entry)).toMatchObject({ title: 'A', sample: undefined, type: 'text' });
	});

	test('an empty text, 0 and false are samples, too', () => {
		expect(['', 0, false].map((value) => one({ value })?.sample)).toEqual(['', 0, false]);
	});

	test('unknown fields are fine', () => {
		expect(one({ title: 'A', value: 1, tooltip: 'x' })).toEqual(one({ title: 'A', value: 1 }));
	});

	test.each([['a cat'], [7], [true], ['']])('the bare value %j is its sample', (bare) => {
		expect(one(bare)).toEqual(one({ value: bare }));
	});

	test.each([[null], [['x']]])('%j is refused by its id', (entry) => {
		const { message, description } = refusalOf(() => one(entry));
		expect(message).toContain("Input 'a'");
		expect(description).toContain('{ "title": "Prompt", "value": "a cat" }');
	});

	test.each([[{ value: [1] }], [{ value: { x: 1 } }], [{ title: 7, value: 1 }]])(
		'%j is refused with the part that is wrong',
		(entry) => {
			expect(refusalOf(() => one(entry)).message).toMatch(/Input 'a'.*\(its '(value|title)'/);
		},
	);
});

describe('what is no example', () => {
	test.each(['{}', '{"inputs":{}}', '[]', 'null', '7', '[{"title":"A"}]', "{ 'a': 1 }"])(
		'%p is refused, because it has no inputs',
		(text) => {
			expect(refusalOf(() => readRequestExample(text)).message).toContain('has no inputs');
		},
	);

	test('a list of inputs is refused with what it must look like', () => {
		expect(refusalOf(() => example([{ title: 'A' }])).message).toContain(
			'must look like { "inputs": { "<id>"',
		);
	});
});

describe('hostile ids', () => {
	test.each([
		'constructor',
		'toString',
		'hasOwnProperty',
		'',
		' ',
		'🎨',
		'a"b',
		'a.b',
		'__proto__',
	])('%p is an id like any other', (id) => {
		const text = `{"inputs":{${JSON.stringify(id)}:{"title":"A","value":"x"}}}`;
		const [input, ...more] = readRequestExample(text).inputs;
		expect(more).toEqual([]);
		expect(input).toEqual({ id, title: 'A', type: 'text', sample: 'x', options: [] });
	});

	test('an id of digits alone keeps its place, as long as ids are', () => {
		const ids = ['f000000000000000', '1234567890123456', '0000000000000001'];
		const inputs = example(Object.fromEntries(ids.map((id) => [id, { title: id, value: 1 }])));
		expect(inputs.map(({ id }) => id)).toEqual(ids);
	});
});

test.each([1, 10, 40, 200])('%i inputs are read, in their order', (count) => {
	const ids = Array.from({ length: count }, (_, index) => `f${(count - index).toString(16)}x`);
	const inputs = example(Object.fromEntries(ids.map((id) => [id, { title: 'T', value: id }])));
	expect(inputs.map(({ id, sample }) => [id, sample])).toEqual(ids.map((id) => [id, id]));
});

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

import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { inputFields } from '../../../nodes/InstaSd/credential/form';
import { articleBody, imageUrl, input } from './support.mts';

const fieldOf = (described: Parameters<typeof input>[0]) => inputFields([input(described)])[0];

test("the article's example gives a field for every input, with the example's values in it", () => {
	const fields = inputFields(readRequestExample(JSON.stringify(articleBody)).inputs);
	expect(fields.map(({ id, type, defaultValue }) => [id, type, defaultValue])).toEqual([
		['7b7fae99f81ef925', 'string', undefined],
		['b0c46c069a9e96c8', 'number', 880],
		['b138cda90d074df1', 'number', 1176],
		['7200c51e92f780da', 'number', 12],
		['d228a236441bc317', 'number', 0.3],
		['1db050bbc968f384', 'number', 1],
		['94c18e9e703d2087', 'string', 'random'],
		['1022e871b44ce7f6', 'string', '2'],
		['8428ca86f40f597d', 'string', undefined],
		['239f8aef5854078c', 'string', ''],
	]);
});

test('every field says all that the editor wants to know, and none stops the run before the node', () => {
	const fields = inputFields(readRequestExample(JSON.stringify(articleBody)).inputs);
	for (const field of fields) {
		expect(field).toMatchObject({
			readOnly: false,
			removed: false,
			required: false,
			display: true,
			defaultMatch: false,
			canBeUsedToMatch: false,
		});
	}
});

test('a prompt is empty and says that it is required, so that what is dragged onto it is the whole value', () => {
	const field = fieldOf({ title: 'Prompt', sample: 'a cat on a chair' });
	expect(field).not.toHaveProperty('defaultValue');
	expect(field).toMatchObject({ displayName: 'Prompt (required)', required: false });
});

test.each([
	['Negative Prompt', 'blurry, ugly hands'],
	['Sampler', 'euler ancestral'],
	['Prompt', 'cat'],
	['Prompt', ''],
])('the text %p keeps its sample %p', (title, sample) => {
	expect(fieldOf({ title, sample })).toMatchObject({ displayName: title, defaultValue: sample });
});

test('an image with a link in the example starts with it', () => {
	expect(fieldOf({ title: 'Load Image', sample: imageUrl })?.defaultValue).toBe(imageUrl);
});

test('a choice offers its options under their own names', () => {
	expect(fieldOf({ type: 'options', sample: 2, options: [2, 'b', true] })).toMatchObject({
		type: 'options',
		defaultValue: 2,
		options: [
			{ name: '2', value: 2 },
			{ name: 'b', value: 'b' },
			{ name: 'true', value: true },
		],
	});
});

test('false, 0 and empty text are shown as they are', () => {
	expect(fieldOf({ type: 'boolean', sample: false })?.defaultValue).toBe(false);
	expect(fieldOf({ type: 'number', sample: 0 })?.defaultValue).toBe(0);
	expect(fieldOf({ type: 'text', sample: '' })?.defaultValue).toBe('');
});

test('a model gets the bare titles, because it is given its parameters by them', () => {
	const { inputs } = readRequestExample(JSON.stringify(articleBody));
	const [first, ...others] = inputFields(inputs, true).map(({ displayName }) => displayName);
	expect([first, others.includes('Steps (8-12)')]).toEqual(['Prompt', true]);
	expect(inputFields(inputs)[0]?.displayName).toBe('Prompt (required)');
});

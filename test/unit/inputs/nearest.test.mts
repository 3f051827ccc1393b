import { nearest, nearestInput } from '../../../nodes/InstaSd/inputs/nearest.ts';

test.each([
	['prompt', ['Negative', 'Prompt'], 'Prompt'],
	[' Promtp', ['Prompt', 'Steps'], 'Prompt'],
	['ab', ['xb', 'ab '], 'ab '],
	['Prompt', ['Prmpt', 'Prompts'], 'Prmpt'],
	['steps', ['Steps (8-12)', 'Strength'], undefined],
	['cat', ['dog'], undefined],
	['ab', ['xxab'], 'xxab'],
	['', ['a', ''], ''],
	['a', [], undefined],
	['größe', ['Große'], 'Große'],
])('of what can be meant by %p among %j, %p is nearest', (written, names, found) => {
	expect(nearest(written, names)).toBe(found);
});

test('a very long name is no near miss of a short one', () => {
	expect(nearest('cat', ['c'.repeat(5000)])).toBeUndefined();
});

test('names are compared by their beginnings, however long they are', () => {
	const long = 'a'.repeat(1_000_000);
	expect(nearest(`${long}b`, ['b', long])).toBe(long);
});

test('what was looked for once is not looked for again in the same run', () => {
	let read = 0;
	const inputs = ['Prompt', 'Steps'].map((title) => ({
		id: title.toLowerCase(),
		get title() {
			read += 1;
			return title;
		},
	}));
	const found = Array.from({ length: 1000 }, () => nearestInput(inputs, 'Promtp'));
	expect(new Set(found)).toEqual(new Set(['Prompt']));
	expect(read).toBe(inputs.length);
	expect(nearestInput(inputs, 'nothing like it')).toBeUndefined();
});

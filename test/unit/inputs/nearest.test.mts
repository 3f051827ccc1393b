import { nearest } from '../../../nodes/InstaSd/inputs/nearest.ts';

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

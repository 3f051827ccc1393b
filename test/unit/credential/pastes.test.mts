import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { ApiInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { unlessRefused } from '../inputs/support.mts';

/** Newly made texts, in place of the committed ones. */
const file = process.env.PASTES ?? path.join(import.meta.dirname, 'pastes', 'pastes.json');
const texts: Array<[name: string, text: string, sent: string | null]> = JSON.parse(
	readFileSync(file, 'utf8'),
);
const read = (text: string): ApiInput[] | undefined =>
	unlessRefused(() => readRequestExample(text).inputs);

/** What is read whatever stands in it, but a shell's variables; of all else, some is refused. */
const alwaysRead = [
	...['JSON', 'JSON on lines', 'commas behind the last', 'comments', 'a dict', 'an object'],
	...['a dict with comments', 'in a fenced block', 'in prose', 'in HTTP', 'a dict in Python'],
	...['apostrophes', 'apostrophes, on lines', 'quotes mixed', 'double quotes', '--data-raw'],
	...['--json', '-d without a space'],
];
/** What a program computes in its text, or what several readers read differently. */
const neverRead = [
	...['variables in Python', 'variables in JavaScript', 'a variable as a key in Python'],
	...['an f-string', 'a sum in Python', 'a sum in JavaScript', 'a sum of bare keys'],
	...['a spread', '-d twice', 'Windows, as bash reads it'],
];

test('a text is read as a JSON parser, JavaScript, Python and bash read it, or refused', () => {
	for (const [name, text, sent] of texts) {
		const inputs = read(text);
		if (inputs === undefined) continue;
		// As JSON, which has no -0.
		const given = JSON.stringify(inputs);
		expect([name, text, given]).toEqual([name, text, JSON.stringify(read(sent ?? ''))]);
	}
});

describe.each([
	['read', alwaysRead],
	['refused', neverRead],
])('always %s', (outcome, names) => {
	test.each(names)('%s', (name) => {
		const all = texts.filter(([written]) => written === name);
		expect(all.length).toBeGreaterThan(0);
		for (const [, text] of all) {
			expect([text, read(text) === undefined ? 'refused' : 'read']).toEqual([text, outcome]);
		}
	});
});

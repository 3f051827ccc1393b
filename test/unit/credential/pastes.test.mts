import type { ApiInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { unlessRefused } from '../inputs/support.mts';
import { writtenBy } from './pastes/texts.mts';

/** Newly made texts, in place of the committed ones. */
const folder = process.env.PASTES;

/** What is read whatever stands in it; of all else, some is refused. */
const alwaysRead: Record<string, string[]> = {
	python: [
		...['repr', 'pprint', 'pprint, wide', 'json.dumps', 'json=', 'variable inputs', 'text', 'sums'],
		...['text of json.loads', 'text in double quotes', 'encode', 'texts over lines'],
		...['texts in parentheses', 'hexadecimal', 'comments'],
	],
	javascript: [
		...['JSON.stringify', 'JSON.stringify, pretty', 'util.inspect', 'util.inspect, narrow'],
		...[
			'util.inspect, wide',
			'variable inputs',
			'apostrophes',
			'double quotes',
			'templates',
			'sums',
		],
		...['text', 'text in double quotes', 'text in a template', 'text of a variable'],
		...['text of a sum', 'numbers'],
	],
	bash: [
		...['apostrophes', 'apostrophes, pretty', 'lines', 'mixed quotes', 'double quotes', '--data='],
		...[
			'-d without a space',
			'--json',
			'semicolon',
			'ampersand',
			'and',
			'pipe',
			'subshell',
			'path',
		],
		...['wget', 'wget --body-data', "here-document, 'EOF'", 'here-document of cat', 'comment'],
	],
};

/** What a program makes of it cannot be known without running it. */
const neverRead: Record<string, string[]> = {
	python: [
		...[
			'bytes',
			'f-string',
			'format',
			'format of holes',
			'percent',
			'replace',
			'variable',
			'spread',
		],
		...['text % variable', 'f-strings', 'division', 'variable key', 'changed', 'updated', 'twice'],
	],
	javascript: [
		...[
			'text replaced',
			'object replaced',
			'variable',
			'call',
			'holes',
			'computed',
			'variable key',
		],
		...['spread', 'shorthand', 'changed', 'assigned', 'prototype', 'twice', 'String.raw'],
	],
	bash: ['variable in a command', 'here-document', 'twice'],
};

describe.each(['python', 'javascript', 'bash'])('what a real %s has run', (language) => {
	const { bodies, texts } = writtenBy(language, folder);
	const inputsOf = (text: string): ApiInput[] | undefined =>
		unlessRefused(() => readRequestExample(text).inputs);
	const expected = bodies.map((body) => inputsOf(JSON.stringify(body)));

	test.each(Object.keys(texts))('is read as the body that it sends, or refused: %s', (spelling) => {
		const written = texts[spelling] ?? [];
		const outcomes = written.map(([text, body]) => {
			const read = inputsOf(text);
			if (read !== undefined) expect([text, read]).toEqual([text, expected[body]]);
			return read === undefined ? 'refused' : 'read';
		});
		if (folder !== undefined) return;
		if (alwaysRead[language]?.includes(spelling)) expect(outcomes).not.toContain('refused');
		if (neverRead[language]?.includes(spelling)) expect(outcomes).not.toContain('read');
	});

	test('every spelling that must be read or refused has texts', () => {
		const named = [...(alwaysRead[language] ?? []), ...(neverRead[language] ?? [])];
		expect(Object.keys(texts)).toEqual(expect.arrayContaining(named));
	});
});

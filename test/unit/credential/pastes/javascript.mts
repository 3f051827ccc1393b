import { inspect } from 'node:util';
import { createContext, runInContext } from 'node:vm';

import type { Body } from './bodies.mts';

/** The body that a program sends by fetch; null where it is not JSON, or the program fails. */
export function sentByJavaScript(program: string): unknown {
	const sent: string[] = [];
	const fetch = (_url: string, { body }: { body: string }) => sent.push(body);
	try {
		runInContext(program, createContext({ fetch, x: 'X', url: 'https://a.b' }));
		return JSON.parse(sent[0] ?? '');
	} catch {
		return null;
	}
}

const single = (text: string): string =>
	inspect(text, { maxStringLength: null, breakLength: Infinity });
const template = (text: string): string => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``;
const size = 5;
const sum = (text: string): string =>
	(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [''])
		.map((part) => JSON.stringify(part))
		.join(' +\n      ');

/** An object with bare keys where JavaScript takes them. */
function literal({ inputs }: Body, write: (value: unknown) => string, more = ''): string {
	const entries = Object.entries(inputs).map(
		([id, { title, value }]) =>
			`    '${id}': { title: ${single(title)}, value: ${write(value)} },\n`,
	);
	return `{\n  inputs: {\n${entries.join('')}${more}  },\n}`;
}

const texts = (write: (text: string) => string) => (value: unknown) =>
	typeof value === 'string' ? write(value) : JSON.stringify(value);

export function javascriptSpellings(body: Body): Record<string, string> {
	const json = JSON.stringify(body);
	const pretty = JSON.stringify(body, null, 2);
	const [first = ''] = Object.keys(body.inputs);
	const sending = (written: string) =>
		`await0 = fetch(url, {\n  method: 'POST',\n  headers: { Authorization: \`Bearer \${x}\` },\n  body: ${written},\n});`;
	const stringified = (written: string) => sending(`JSON.stringify(${written})`);
	return {
		'JSON.stringify': `data = ${json};\n${stringified('data')}`,
		'JSON.stringify, pretty': stringified(pretty),
		'util.inspect': stringified(inspect(body, { depth: null, maxStringLength: null })),
		'util.inspect, narrow': stringified(
			inspect(body, { depth: null, maxStringLength: null, breakLength: 40 }),
		),
		'util.inspect, wide': stringified(
			inspect(body, { depth: null, maxStringLength: null, breakLength: Infinity }),
		),
		'variable inputs': `inputs = ${inspect(body.inputs, { depth: null })};\n${stringified('{ inputs }')}`,
		apostrophes: stringified(literal(body, texts(single))),
		'double quotes': stringified(literal(body, texts(JSON.stringify))),
		templates: stringified(literal(body, texts(template))),
		sums: stringified(literal(body, texts(sum))),
		text: sending(single(json)),
		'text in double quotes': sending(JSON.stringify(pretty)),
		'text in a template': sending(template(pretty)),
		'text as it is in a template': sending(`\`${pretty}\``),
		'text as it is in apostrophes': sending(`'${json}'`),
		'String.raw': sending(`String.raw\`${json}\``),
		'text of a variable': `data = ${single(json)};\n${sending('data')}`,
		'text of a sum': sending(sum(json)),
		'text replaced': sending(`${single(json)}.replace('a cat', 'a dog')`),
		'object replaced': sending(`JSON.stringify(${json}).replace('a cat', 'a dog')`),
		variable: stringified(literal(body, () => 'x')),
		call: stringified(literal(body, () => 'Math.floor(7.5)')),
		holes: stringified(literal(body, () => '`a ${x}`')),
		'text with holes': sending(`\`${pretty.replace(/cat/g, '${x}')} \``),
		computed: stringified(literal(body, (value) => `${JSON.stringify(value)} ?? x`)),
		'variable key': stringified(
			literal(body, texts(single), `    [x]: { title: 'X', value: 1 },\n`),
		),
		spread: stringified(literal(body, texts(single), `    ...{ y: { title: 'Y', value: 1 } },\n`)),
		shorthand: `value = 7;\n${stringified(`{ inputs: { y: { title: 'Y', value } } }`)}`,
		comments: `// it's { inputs: {} }\n${stringified(literal(body, (value) => `${JSON.stringify(value)}, // it's {`))}`,
		changed: `data = ${literal(body, texts(single))};\ndata.inputs['${first}'].value = x;\n${stringified('data')}`,
		assigned: stringified(
			`{ inputs: Object.assign(${json}.inputs, { y: { title: 'Y', value: x } }) }`,
		),
		numbers: stringified(literal(body, () => '1_000.5e-1')),
		prototype: stringified(
			literal(body, texts(single), `    __proto__: { title: 'Y', value: 1 },\n`),
		),
		twice: `old = { inputs: { y: { title: 'Y', value: 1 } } };\n${stringified(json)}`,
	};
}

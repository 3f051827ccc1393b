import { base } from './postmanParts.mts';

const url = `${base}/run_task`;
const header = 'Authorization: Bearer sk-123';

type Value = string | number | boolean;
export type Inputs = Record<string, { title: string; value: Value }>;

/** A way to write a request of these inputs that people paste. */
export type Writing = (inputs: Inputs) => string;

const json: Writing = (inputs) => JSON.stringify({ inputs });
const pretty: Writing = (inputs) => JSON.stringify({ inputs }, null, 2);

/** An object with other words for its keys and texts, a comma behind the last entry of each. */
function objectOf(inputs: Inputs, key: (text: string) => string, value: (of: Value) => string) {
	const entries = Object.entries(inputs).map(
		([id, { title, value: sample }]) =>
			`    ${value(id)}: {${key('title')}: ${value(title)}, ${key('value')}: ${value(sample)},},\n`,
	);
	return `{\n  ${key('inputs')}: {\n${entries.join('')}  },\n}`;
}

const inApostrophes = (of: Value): string =>
	typeof of === 'string'
		? `'${JSON.stringify(of).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
		: JSON.stringify(of);
const python = (of: Value): string =>
	typeof of === 'boolean' ? (of ? 'True' : 'False') : inApostrophes(of);
const same = (text: string): string => text;

const javascript: Writing = (inputs) => objectOf(inputs, same, inApostrophes);
const pythonDict: Writing = (inputs) => objectOf(inputs, (key) => `'${key}'`, python);
const posix = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const doubleQuotes = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;

/** Ways that leave each text as it is, whatever is in it. */
export const writings: Record<string, Writing> = {
	'JSON on one line': json,
	'JSON on many lines': pretty,
	'JSON with a byte order mark': (inputs) => `\uFEFF${json(inputs)}\r\n`,
	'the part inside "inputs"': (inputs) => JSON.stringify(inputs),
	'an item as n8n shows it': (inputs) => JSON.stringify([{ task_id: 'x', inputs }]),
	'JSON inside a string': (inputs) => JSON.stringify(pretty(inputs)),
	'a fenced block': (inputs) => `It's this {one}:\n\`\`\`json\n${pretty(inputs)}\n\`\`\`\nDone :-}`,
	comments: (inputs) =>
		pretty(inputs)
			.replace('{\n', "{ // it's } the body\n/* { */ # and so on\n")
			.replace(/,\n {4}"/g, ', // "next\n    "'),
	'trailing commas': (inputs) => objectOf(inputs, (key) => `"${key}"`, JSON.stringify),
	'a JavaScript object': javascript,
	'a Python dict': pythonDict,
	'a curl command': (inputs) => `curl -X POST ${url} -H '${header}' -d ${posix(json(inputs))}`,
	'a curl command on many lines': (inputs) =>
		`curl --location '${url}' \\\n--header '${header}' \\\n--data ${posix(pretty(inputs))}`,
	'curl --data-raw': (inputs) => `curl '${url}' --data-raw ${posix(json(inputs))} --compressed`,
	'curl --json': (inputs) => `curl --json ${posix(json(inputs))} ${url}`,
	'curl with double quotes': (inputs) =>
		`curl ${url} -H '${header}' -d ${doubleQuotes(json(inputs))}`,
	"curl with $'…'": (inputs) =>
		`curl ${url} -d $'${json(inputs).replace(/[\\']/g, '\\$&').replaceAll('!', '\\u0021')}'`,
	'a Postman collection': (inputs) =>
		JSON.stringify({ item: [{ request: { url, body: { mode: 'raw', raw: pretty(inputs) } } }] }),
};

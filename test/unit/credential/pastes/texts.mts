import type { Body } from './bodies.mts';

/** What reads a text: a JSON parser, JavaScript and Python alike; or the program or command that it is. */
export type By = 'any' | 'javascript' | 'python' | 'bash';

export interface Text {
	name: string;
	by: By;
	/** What is pasted. */
	text: string;
	/** What is run, where that is only a part of it. */
	run: string;
}

type Write = (value: unknown) => string;

/** In apostrophes, as JavaScript and Python read it. */
export const single = (text: string): string =>
	`'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const template = (text: string): string => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``;
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const inDouble = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
/** As a browser copies it. */
const ansi = (text: string): string => {
	const escaped = text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n');
	const code = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
	return `$'${escaped.replace(/[^\x20-\x7e]|!/g, code)}'`;
};

const inSingle: Write = (value) =>
	typeof value === 'string' ? single(value) : JSON.stringify(value);
/** The text 'null' is not the word. */
const python: Write = (value) =>
	(typeof value === 'string' ? undefined : constants[String(value)]) ?? inSingle(value);
const constants: Record<string, string> = { true: 'True', false: 'False', null: 'None' };

/** The inputs with the keys and values that a language has, and a comma behind each. */
function inputsOf({ inputs }: Body, key: Write, value: Write, comment = ''): string {
	const rows = Object.entries(inputs).map(
		([id, input]) =>
			`    ${value(id)}: {${key('title')}: ${value(input.title)}, ${key('value')}: ${value(input.value)},},${comment}\n`,
	);
	return `{\n${rows.join('')}  }`;
}

/** The spellings of a body by their names. */
export function textsOf(body: Body, below: (limit: number) => number): Text[] {
	const json = JSON.stringify(body);
	const pretty = JSON.stringify(body, null, 2);
	const [first = ''] = Object.keys(body.inputs);
	const quoted = inputsOf(body, JSON.stringify, JSON.stringify);
	const dict = `{'inputs': ${inputsOf(body, inSingle, python)}}`;
	const object = `{ inputs: ${inputsOf(body, String, inSingle)} }`;
	// Within the JSON: behind an empty text, all of it would stand there as it is.
	const cut = 1 + below(json.length - 1);
	const summed = `'${json.slice(0, cut)}' + x + '${json.slice(cut + below(9))}'`;
	const post = 'requests.post(url, json=payload)';
	const curl = (word: string) =>
		`curl -X POST https://a.b/run_task -H 'Authorization: Bearer x' -d ${word}`;
	const fetch = (written: string) => `fetch(url, {\n  method: 'POST',\n  body: ${written},\n});`;
	const any = {
		JSON: json,
		'JSON on lines': pretty,
		'commas behind the last': `{"inputs": ${quoted}}`,
		comments: `{ // it's {\n"inputs": ${inputsOf(body, JSON.stringify, JSON.stringify, ' // "a": {')} /* } */}`,
		'a dict': dict,
		'a dict with comments': `{'inputs': ${inputsOf(body, inSingle, python, " # it's {")}}`,
		'an object': object,
	};
	const around = {
		'in a fenced block': `It's this:\n\`\`\`json\n${pretty}\n\`\`\`\nDone.`,
		'in prose': `This is the body:\n\n${pretty}\n\nThat is all.`,
		'in HTTP': `POST /run_task HTTP/1.1\nAuthorization: Bearer x\n\n${json}`,
	};
	const programs: Record<'python' | 'javascript', Record<string, string>> = {
		python: {
			'a dict in Python': `payload = ${dict}\n${post}`,
			'an argument in Python': `requests.post(url, json=${dict}, timeout=5)`,
			'a text in Python': `requests.post(url, data=${single(json)})`,
			'a long text in Python': `requests.post(url, data="""\n${pretty}\n""")`,
			'a raw text in Python': `requests.post(url, data=r'''${json}''')`,
			'an f-string': `requests.post(url, data=f'''${json.replace(/[{}]/g, '$&$&')}''')`,
			'a sum in Python': `requests.post(url, data=${summed})`,
			'variables in Python': `payload = ${dict.replace(/'value': [^,]*/, "'value': x")}\n${post}`,
			'a variable as a key in Python': `payload = ${dict.replace(/'title'|'[0-9a-f]{16}'/, 'x')}\n${post}`,
		},
		javascript: {
			'an object in JavaScript': fetch(`JSON.stringify(${object})`),
			'JSON in JavaScript': fetch(`JSON.stringify(${pretty})`),
			'a text in JavaScript': fetch(single(json)),
			'a template': fetch(template(pretty)),
			'a template as it is': fetch(`\`\n${pretty}\n\``),
			'a raw template': fetch(`String.raw\`${json}\``),
			'a sum in JavaScript': fetch(summed),
			'a sum of bare keys': fetch(`'{inputs: {a: ' + x + '}}'`),
			'variables in JavaScript': fetch(
				`JSON.stringify(${object.replace(/value: [^,]*/, 'value: x')})`,
			),
			'a spread': fetch(`JSON.stringify(${object.replace(/\{\n/, '{ ...{ y: 1 },\n')})`),
		},
	};
	const changes = [
		['python', `payload = ${dict}\n`, `payload['inputs']['${first}'] = x\n`, post],
		[
			'javascript',
			`data = ${pretty};\n`,
			`data.inputs['${first}'] = x;\n`,
			fetch('JSON.stringify(data)'),
		],
	] as const;
	const bash = {
		apostrophes: curl(shell(json)),
		'apostrophes, on lines': `curl --location 'https://a.b/run_task' \\\n  --header 'Authorization: Bearer x' \\\n  --data ${shell(pretty)}`,
		'quotes mixed': curl(`'${json.replaceAll("'", `'"'"'`)}'`),
		'double quotes': curl(inDouble(json)),
		'double quotes as they are': curl(`"${json.replaceAll('"', '\\"')}"`),
		"$'…'": curl(ansi(json)),
		'--data-raw': `curl 'https://a.b' --data-raw ${shell(json)} --compressed`,
		'--json': `curl --json ${shell(json)} https://a.b; true`,
		'-d without a space': `(curl https://a.b -d${shell(json)})`,
		'-d twice': `${curl(shell(json))} -d ${shell(pretty)}`,
		'a variable': curl(inDouble(json).replaceAll('cat', '$x')),
		'a variable between quotes': curl(shell(json).replaceAll('cat', `'"$x"'`)),
		"a here-document, 'EOF'": `curl https://a.b -d @- <<'EOF'\n${pretty}\nEOF`,
		'a here-document': `curl https://a.b -d @- <<EOF\n${pretty}\nEOF`,
		'Windows, as bash reads it': `curl https://a.b -d "${json.replaceAll('"', '""')}"`,
	};
	const entries = (by: By, texts: Record<string, string>, run?: string): Text[] =>
		Object.entries(texts).map(([name, text]) => ({ name, by, text, run: run ?? text }));
	return [
		...entries('any', any),
		...entries('any', around, json),
		...entries('python', programs.python),
		...entries('javascript', programs.javascript),
		...entries('bash', bash),
		...changes.map(([by, literal, change, send]) => ({
			name: `changed afterwards in ${by}`,
			by,
			text: literal + change + send,
			run: literal + send,
		})),
	];
}

const signs = [
	...'"\'`\\\n\r\u2028{}[],:# \u00a0+-$10fbr;&^~*“\ufeff',
	...['\\"', "\\'", '\\n', '\\u0041', '\\x41', '\\/', '\\\n', '//', '/*', '*/', '%s', '{x}'],
	...['"""', "'''", ' + x + ', '" + x + "', "' + x + '", '${x}', '$x', '$(x)', '\'"$x"\''],
	...['...', '{{x}}', '"value": 1', "'value': 2,", 'inputs: {', '"__proto__": {},', 'None'],
	...['true', '.5', 'e400', '1_0', '0x1', ' // 2', ' if x else 1', ' -d ', '<<'],
];

/** The text with some of it lost, repeated, or replaced by what means different things to different readers. */
export function damaged(text: string, below: (limit: number) => number): string {
	const all = [...text];
	const at = below(all.length + 1);
	const repeated = below(6) === 0 ? all.slice(at, at + below(30)) : [];
	all.splice(at, below(3) === 0 ? below(6) : 0, ...repeated, signs[below(signs.length)] ?? '');
	return below(2) === 0 ? all.join('') : damaged(all.join(''), below);
}

import { NodeHelpers } from 'n8n-workflow';
import { InstaSdApi } from '../../../credentials/InstaSdApi.credentials';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { refusalOf } from '../inputs/support.mts';

const url = 'https://api.instasd.com/api_endpoints/abc123def456gh/run_task';
const token = 'sk-secret-123';

/** What most rows hold, in one way or another. */
const inputs = {
	'7b7fae99f81ef925': { title: 'Prompt', value: 'a cat, it\'s "big" {here} // there' },
	b0c46c069a9e96c8: { title: 'Width', value: 768 },
	c1c46c069a9e96c8: { title: 'Upscale', value: true },
};
const body = JSON.stringify({ inputs });
const pretty = JSON.stringify({ inputs }, null, 2);
const samples = Object.entries(inputs).map(([id, { title, value }]) => [id, title, value]);

const inApostrophes = `'${body.replaceAll("'", "'\\''")}'`;
const inQuotes = `"${body.replace(/[\\"]/g, '\\$&')}"`;
const inCode = JSON.stringify(pretty);
const header = `'Authorization: Bearer ${token}'`;

/** A small body, for ways of writing that want their own. */
const small = [
	['a', 'Prompt', 'a cat'],
	['b', 'Steps', 8],
	['c', 'Upscale', true],
];

// Spellings of one body are in pastes.test.mts.
describe('what can be understood is', () => {
	test.each<[what: string, pasted: string, gives: unknown[][]]>([
		['JSON', body, samples],
		['JSON that speaks of curl', '{"inputs":{"a":"curl ^ <?php"}}', [['a', 'a', 'curl ^ <?php']]],
		['JSON with a byte order mark', `\uFEFF${body}`, samples],
		['JSON with more beside "inputs"', JSON.stringify({ inputs, webhook: 'x' }), samples],
		['the part inside "inputs"', JSON.stringify(inputs), samples],
		['an item as n8n shows it', JSON.stringify([{ task_id: 'x', inputs }], null, 2), samples],
		['JSON inside a string', inCode, samples],
		['JSON inside another object', JSON.stringify({ method: 'POST', body: { inputs } }), samples],
		[
			'bare values',
			'{"inputs":{"a":"a cat","b":8}}',
			[
				['a', 'a', 'a cat'],
				['b', 'b', 8],
			],
		],
		[
			'None in Python',
			`{'inputs': {'a': {'title': 'Mask', 'value': None}}}`,
			[['a', 'Mask', undefined]],
		],
		[
			'titles of other languages',
			`{"inputs":{"a":{"title":"プロンプト","value":"猫"},"b":{"title":"Größe","value":768},}}`,
			[
				['a', 'プロンプト', '猫'],
				['b', 'Größe', 768],
			],
		],
		[
			'a key with another meaning',
			'{"inputs":{"constructor":1,}}',
			[['constructor', 'constructor', 1]],
		],
		[
			'a line of a comment that another line break ends',
			'{"inputs":{"a":1, // one\r"b":2, // two\u2028"c":3}}',
			[
				['a', 'a', 1],
				['b', 'b', 2],
				['c', 'c', 3],
			],
		],
		[
			'a fenced block among prose',
			`Here's what you'd send {roughly}:\n\n\`\`\`\n${pretty}\n\`\`\`\n\nThat's all :-}`,
			samples,
		],
		[
			'a curl command with its line breaks lost',
			`curl --request POST "${url}" \\  -H ${header} \\  --data ${inApostrophes}`,
			samples,
		],
		['curl --data=', `curl ${url} --data=${inApostrophes}`, samples],
		[
			"curl with $'…'",
			`curl '${url}' --data-raw $'${body.replaceAll('\\', '\\\\').replaceAll("'", '\\u0027')}'`,
			samples,
		],
		[
			'curl with a here document',
			`curl ${url} -H ${header} -d @- <<'EOF'\n${JSON.stringify({ inputs: { a: 'a cat' } }, null, 2)}\nEOF`,
			[['a', 'a', 'a cat']],
		],
		[
			'a curl command among others, with Windows line ends',
			`curl ${url.replace('run_task', 'task_status/1')} \\\r\n -H ${header}\r\n\r\ncurl ${url} \\\r\n -d ${inApostrophes}\r\n`,
			samples,
		],
		[
			'a Python program, whose changes are not',
			`import requests\nheaders = {"Authorization": "Bearer ${token}"}\npayload = {\n  "inputs": {"a": {"title": "Prompt", "value": "a cat"}, "b": {"title": "Steps", "value": 8}, "c": {"title": "Upscale", "value": True}}\n}\npayload["inputs"]["a"]["value"] = prompt\nrequests.post("${url}", json=payload, headers=headers)`,
			small,
		],
		[
			'a Postman collection',
			JSON.stringify({ item: [{ request: { url, body: { mode: 'raw', raw: body } } }] }),
			samples,
		],
		[
			'a Postman collection with variables',
			JSON.stringify({
				item: [
					{
						request: {
							url,
							body: {
								mode: 'raw',
								raw: '{"inputs":{"{{id}}":{"title":"Prompt","value":"a cat",}}}',
							},
						},
					},
				],
				variable: [{ key: 'id', value: 'a' }],
			}),
			[['a', 'Prompt', 'a cat']],
		],
	])('%s', (_what, pasted, gives) => {
		const read = readRequestExample(pasted).inputs;
		expect(read.map(({ id, title, sample }) => [id, title, sample])).toEqual(gives);
	});
});

const comfyNode = { class_type: 'KSampler', inputs: { seed: 1, model: ['4', 0] } };
const editorFormat = {
	last_node_id: 9,
	nodes: [{ id: 3, type: 'KSampler', inputs: [] }],
	links: [],
};

describe('what is something else is named', () => {
	test.each<[what: string, pasted: string, words: string]>([
		[
			'a ComfyUI workflow in the API format',
			JSON.stringify({ 3: comfyNode, 6: comfyNode }),
			'is a ComfyUI workflow',
		],
		[
			'such a one with a comma too much',
			`{"3": ${JSON.stringify(comfyNode)},}`,
			'is a ComfyUI workflow',
		],
		[
			'the body of ComfyUI’s own API',
			JSON.stringify({ prompt: { 3: comfyNode } }),
			'is a ComfyUI workflow',
		],
		['one node of it', JSON.stringify(comfyNode), 'is a ComfyUI workflow'],
		[
			'a ComfyUI workflow as the editor saves it',
			JSON.stringify(editorFormat),
			'is a ComfyUI workflow',
		],
		[
			'an OpenAPI document',
			'{"openapi":"3.1.0","paths":{"/run_task":{}}}',
			'is an OpenAPI document',
		],
		['a Swagger document', '{"swagger":"2.0"}', 'is an OpenAPI document'],
		[
			'the reply of Run Task',
			'{"task_id":"x","status":"CREATED","estimated_steps":8}',
			'is a reply of Run Task or Task Status',
		],
		[
			'the reply of Task Status',
			'{"status":"COMPLETED","image_urls":["https://a/b.png"]}',
			'is a reply of Run Task or Task Status',
		],
		['an n8n workflow', '{"nodes":[],"connections":{}}', 'is an n8n workflow'],
		[
			'a Postman environment',
			'{"name":"x","values":[{"key":"token","value":"sk-secret-123"}]}',
			'is a Postman environment',
		],
		['a web page', '<!DOCTYPE html><html><script>var a = "b"</script></html>', 'is a web page'],
		['an n8n expression', '{{ $json.body }}', 'is an n8n expression'],
		['an n8n expression with its sign', '={{ $json.body }}', 'is an n8n expression'],
		['a URL', url, 'is a URL'],
		['a URL with its method', `POST ${url}`, 'is a URL'],
		[
			'a curl command without a body',
			`curl ${url} -H ${header}`,
			'is a command without a request body',
		],
		[
			'a curl command with a file',
			`curl ${url} -H ${header} -d @body.json`,
			'is a command without a request body',
		],
		['an empty list', '{"inputs": []}', 'has no inputs: it must look like'],
		[
			'a list of inputs',
			'{"inputs": [{"title":"Prompt","value":"a cat"}]}',
			'has no inputs: it must look like',
		],
		['no inputs', '{"inputs": {}}', 'has no inputs'],
		['other JSON', '{"name":"x","version":"1.0.0"}', 'has no inputs'],
		['values by title', '{"Prompt":"a cat"}', 'has no inputs'],
		['prose', 'a cat in the rain', 'is text without a request body'],
		['a token', token, 'is text without a request body'],
		['JSON whose end is missing', body.slice(0, -1), 'its brackets do not close'],
		['JSON that ends in the middle', body.slice(0, 60), 'its brackets do not close'],
		[
			'the inner part whose end is missing',
			JSON.stringify(inputs).slice(0, -2),
			'its brackets do not close',
		],
		[
			'a curl command whose end is missing',
			`curl ${url} -H ${header} -d ${inApostrophes.slice(0, -3)}`,
			'a quote of its curl command does not close',
		],
		[
			'a curl command that ends in a header',
			`curl ${url} -H 'Authoriz`,
			'a quote of its curl command',
		],
		[
			'a curl command whose last line goes on',
			`curl ${url} \\\n -H ${header} \\`,
			'its last line goes on',
		],
		['a program without a body', `axios.post('${url}', data)`, 'is text without a request'],
		[
			'a command for PowerShell',
			`Invoke-RestMethod -Uri ${url} -Body '${body}'`,
			'PowerShell (copy it',
		],
		[
			'a command for Windows',
			`curl ^"${url}^" ^\r\n -d ^"${body}^"`,
			"Windows (copy it 'as cURL (bash)'",
		],
		['curl.exe', `curl.exe "${url}" -d "{\\"inputs\\":{\\"a\\":1}}"`, 'a command for Windows'],
		['doubled quotes', `curl "${url}" -d "{""inputs"":{""a"":""8""}}"`, 'a command for Windows'],
		[
			'JSON with dots for the rest',
			'{"inputs":{"a":{"title":"A","value":"x"}, ...}}',
			'is shortened',
		],
		[
			'the inner part with dots for the rest',
			'{"a":{"title":"A","value":"x"}, … }',
			'is shortened',
		],
		[
			'a Postman collection without a body',
			JSON.stringify({ item: [{ request: { url } }] }),
			'has no sample body',
		],
		[
			'a Postman collection of another API',
			'{"item":[{"name":"Other","request":"https://a/b"}]}',
			"no request to run_task; it has: 'Other'",
		],
	])('%s', (_what, pasted, words) => {
		const { message, description } = refusalOf(() => readRequestExample(pasted));
		expect(message).toContain(words);
		expect(description).toMatch(/API Instructions/);
	});

	test.each<[described: string, words: string]>([
		['{"value":[1]}', "(its 'value')"],
		['{"value":{}}', "(its 'value')"],
		['{"title":7,"value":1}', "(its 'title')"],
		['{"value":1,"type":"float"}', "(its 'type')"],
		['{"value":1,"options":"a"}', "(its 'options')"],
		['{"value":1,"options":[]}', "(its 'options')"],
		['null', 'is not understood'],
		['[]', 'is not understood'],
	])('an input %s', (described, words) => {
		const { message } = refusalOf(() => readRequestExample(`{"inputs":{"a":${described}}}`));
		expect(message).toContain("Input 'a' in the sample request body");
		expect(message).toContain(words);
		expect(message).not.toMatch(/expected|received|invalid|required/i);
	});
});

test.each([
	`curl ${url} -H ${header} -d '{"inputs": {"a": {"title": "A", "value": [`,
	`curl ${url} -H ${header} -d '{"inputs": {"a": {"title": "A", "value": [1]}}}'`,
	`curl ${url} -H ${header} -d '{"inputs": []}'`,
	`curl ${url} -H ${header}`,
	`fetch("${url}", { headers: { Authorization: "Bearer ${token}" }, body: "" })`,
	`{"headers": {"Authorization": "Bearer ${token}", "url": "${url}"}}`,
	`{'a': {'title': 'Authorization: Bearer ${token}', 'value': ['${url}']}}`,
	`${token}\n${url}`,
])('neither URL nor token is repeated: %s', (pasted) => {
	const refusal = refusalOf(() => readRequestExample(pasted));
	expect(JSON.stringify(refusal)).not.toMatch(/sk-secret|abc123def456gh/);
});

const inputsAlone = '{"a": {"title": "T", "value": 1}}';
const asBody = (value: string, key = '"a"') =>
	`payload = {\n  "inputs": {\n    ${key}: {"title": "Seed", "value": ${value}}\n  }\n}\n`;

describe('what would have to be guessed is refused, with its line and what stands there', () => {
	test.each<[what: string, pasted: string, words: string, line?: number]>([
		['a variable', asBody('seed'), "'seed' in column"],
		['a variable of another language', asBody('größe'), "'größe' in column"],
		['an attribute', asBody('args.seed'), "'args.seed' in column"],
		['an element', asBody('os.environ["X"]'), "'os.environ' in column"],
		['a call', asBody('Math.floor(Math.random() * 1e9)'), "'Math.floor' in column"],
		['a sum', asBody('"a " + animal'), 'the sign + in column 42'],
		['a choice', asBody('42 if x else 7'), "'if' in column 40"],
		['a division in Python', asBody('20 // 8'), 'the sign / in column 40'],
		['a division over lines', asBody('20\n // 8'), 'the sign / in column 2', 4],
		['a division of True', asBody('True // 2'), 'the sign / in column'],
		['a text put together', asBody('f"a {animal}"'), "'f' in column"],
		['a template', asBody('`a ${animal}`'), 'the sign ` in column 37'],
		['a variable as a key', asBody('1', 'PROMPT'), "'PROMPT' in column 5"],
		['a computed key', asBody('1', '["a" + 1]'), 'the sign [ in column 5'],
		['a key alone', '{ inputs: { seed } }', "'seed' in column", 1],
		['a spread', '{ inputs: { ...defaults, a: 1 } }', "'...defaults' in column", 1],
		['a spread of Python', asBody('1, **more'), "'**more' in column"],
		['a place to fill in', asBody('<seed>'), 'the sign < in column 37'],
		['a variable of Postman', asBody('{{$randomInt}}'), "'{{$randomInt}}' in column"],
		['a variable of n8n', asBody('{{ $json.seed }}'), "'{{ $json.seed }}' in column"],
		['an octal number', asBody('017'), "'017' in column 37"],
		['an integer of JavaScript', asBody('10n'), "'10n' in column 37"],
		['no number', asBody('NaN'), "'NaN' in column"],
		['a rare escape', asBody('"a\\0b"'), 'the sign " in column 37'],
		['a slash with a backslash', asBody('"a\\/b"'), 'the sign " in column 37'],
		['a text over lines', asBody('"a\ncat"'), 'the sign " in column 37'],
		['smart quotes', asBody('“a cat”'), 'the sign “ in column 37'],
		['quotes without backslashes', asBody('"a "big" cat"'), "'big' in column 41"],
		['a missing comma', asBody('1 "x": 2'), 'the sign " in column 39'],
		['brackets that do not match', '{"inputs":{"a":{"value":"x"]}}', 'the sign ] in column 28', 1],
		['a key twice', asBody('1, "value": 2'), "the key 'value' stands there twice"],
		['an id twice, in JSON', '{"inputs":{"a":1,\n"a":2}}', "the key 'a' stands there twice", 2],
		['a key with another meaning in JavaScript', asBody('1, "__proto__": {}'), 'the sign " in'],
		['inputs in a variable', `x\nrequests.post(u, json={"inputs": data})`, "'data' in column", 2],
		['Ruby', 'body = { "inputs" => { "a" => 1 } }', 'the sign = in column 19', 1],
		['a part of the inputs', `p = {"inputs": ${inputsAlone} | more}`, 'the sign | in column', 1],
		['a text that goes on in a program', `s = '{"inputs": {"a": ' + x + '}}'`, "the sign '", 1],
		['one of bare keys', `s = "{inputs: {a: " + x + "}}"`, 'the sign "', 1],
		['JSON in a text with backslashes', `body = ${inCode}`, 'the sign \\ in column', 1],
		[
			'a variable in a program',
			`x\nfetch(u, { body: JSON.stringify({ inputs: { a: x } }) })`,
			"'x' in column 48",
			2,
		],
		['a fenced block', `It is:\n\`\`\`\n${asBody('seed')}\`\`\``, "'seed' in column", 5],
		['a curl command', `curl ${url} \\\n -d '{"inputs":\n{"a":seed}}'`, "'seed' in column", 3],
		[
			'a variable of the shell',
			`curl ${url} \\\n -d '{"inputs":{"a":"'"$PROMPT"'"}}'`,
			'the shell fills in',
			2,
		],
		[
			'what bash reads as bytes',
			`curl ${url} -d $'{"inputs":{"a":"\\xe9"}}'`,
			'the shell fills in',
			1,
		],
		['two bodies of curl', `curl ${url} -d ${inApostrophes} -d '{}'`, 'curl joins this data', 1],
		[
			'a here-document that fills in',
			`curl ${url} -d @- <<EOF\n{"inputs":{"a":"$x"}}\nEOF`,
			"'$x' in column 17",
			2,
		],
		[
			'requests of two APIs',
			'{"inputs":{"a":"x"}}\nor\n{"inputs":{"b":"x"}}',
			'several requests',
			0,
		],
		[
			'another value in a comment',
			'# {"inputs":{"a":1}}\n{"inputs":{"a":2}}',
			'several requests',
			0,
		],
		['two APIs in JSON', '[{"inputs":{"a":"x"}},{"inputs":{"b":"x"}}]', 'several requests', 0],
	])('%s', (_what, pasted, words, line = 3) => {
		const { message, description } = refusalOf(() => readRequestExample(pasted));
		expect(message).toContain(words);
		if (line === 0) return;
		expect(message).toContain(`Line ${line} of the sample request body in the credential`);
		expect(description).toContain('Or copy the request body alone.');
	});
});

describe('what Postman or this node puts in place of a value', () => {
	const inputOf = (value: string, title = 'Seed') =>
		readRequestExample(`{"inputs":{"a":{"title":"${title}","value":${value}}}}`).inputs[0];

	test('a seed that Postman draws into a text is a seed', () => {
		expect(inputOf('"{{$randomInt}}"')?.type).toBe('seed');
		expect(typeof inputOf('"{{$randomInt}}"')?.sample).toBe('string');
		expect(inputOf('"{{$randomInt}}"', 'Prompt')?.type).toBe('text');
	});

	test('a file that an earlier output only names must be given', () => {
		expect(inputOf(`"(base64 of 'data', 12345 bytes)"`, 'Load Image')?.type).toBe('image');
		expect(inputOf(`"(link to 'clip', 5 bytes)"`, 'Load Video')?.type).toBe('video');
		expect(inputOf(`"(base64 of 'data', 12345 bytes)"`, 'Depth')?.type).toBe('file');
	});

	test('of several items of an earlier output, the first is the sample', () => {
		const items = [7, 8].map((value) => ({
			task_id: `t${value}`,
			inputs: { s: { title: 'Seed', value } },
		}));
		expect(readRequestExample(JSON.stringify(items)).inputs).toMatchObject([
			{ id: 's', sample: 7 },
		]);
	});
});

describe('the credential says that a token may stand in the text', () => {
	const notice = new InstaSdApi().properties.find(({ name }) => name === 'exampleNotice');
	const isShown = (requestExample: string) =>
		NodeHelpers.displayParameter({ requestExample }, notice!, null, null);
	const collection = {
		item: [],
		auth: { type: 'bearer', bearer: [{ key: 'token', value: token }] },
	};

	test.each([
		`curl ${url} -H ${header} -d ${inApostrophes}`,
		`curl ${url} ^\n -H "authorization: Bearer ${token}" -d ${inQuotes}`,
		`fetch("${url}", { headers: { "Authorization": "Bearer ${token}" }, body: ${inCode} })`,
		`${pretty}\n\nHeaders: Authorization: Bearer ${token}`,
		JSON.stringify(collection),
	])('as in %s', (text) => {
		expect(isShown(text)).toBe(true);
	});

	test.each(['', body, ` ${pretty}\n`, `\`\`\`${body}\`\`\``, `curl ${url} -d ${inApostrophes}`])(
		'but not in %s',
		(text) => {
			expect(isShown(text)).toBe(false);
		},
	);

	test('nor in a body whose prompt has the words', () => {
		const prompt = { title: 'Prompt', value: 'the ring bearer shows an Authorization' };
		expect(isShown(JSON.stringify({ inputs: { a: prompt } }, null, 2))).toBe(false);
	});
});

import {
	connectionOf,
	inputsOf,
	readPastedSetup,
} from '../../../nodes/InstaSd/credential/credential';
import { articleBody, refusalOf } from '../inputs/support.mts';
import { base, body, collection, submit, token, bearer } from './postmanParts.mts';

const header = `-H 'Authorization: Bearer ${token}'`;
const posix = `'${JSON.stringify(articleBody).replaceAll("'", "'\\''")}'`;
const credentialOf = (postmanCollectionWithToken: string) => ({
	setup: 'postman',
	postmanCollectionWithToken,
});

describe('a curl command in place of the collection gives URL, token and inputs', () => {
	test.each([
		['on one line', `curl -X POST ${base}/run_task ${header} -d ${posix}`],
		[
			'on many lines',
			`$ curl --location '${base}/run_task' \\\n ${header} \\\n --header 'Content-Type: application/json' \\\n --data-raw ${posix}`,
		],
		[
			'with --url and --oauth2-bearer',
			`curl --url=${base} --oauth2-bearer ${token} --json ${posix}`,
		],
		['with the options first', `curl -sS -o out.json ${header} -d ${posix} "${base}/run_task/"`],
		[
			'with a referrer and a proxy',
			`curl -e https://b.example -x http://c.example '${base}/run_task' ${header} -d ${posix}`,
		],
		['in a fenced block', `\`\`\`bash\ncurl ${base}/run_task ${header} -d ${posix}\n\`\`\``],
	])('%s', (_how, text) => {
		expect(connectionOf(credentialOf(text))).toEqual({ baseUrl: base, token });
		expect(inputsOf(credentialOf(text))?.map(({ id }) => id)).toEqual(
			Object.keys(articleBody.inputs),
		);
	});

	test('where it has no body, or takes it from a file, there are no inputs, which is no error', () => {
		expect(inputsOf(credentialOf(`curl ${base}/run_task ${header}`))).toBeUndefined();
		expect(inputsOf(credentialOf(`curl ${base} ${header} -d @body.json`))).toBeUndefined();
	});
});

test('a collection in a fenced block is read', () => {
	const text = `\`\`\`json\n${JSON.stringify(collection([submit()], bearer))}\n\`\`\``;
	expect(readPastedSetup(text)).toEqual({
		apiUrl: `${base}/run_task`,
		apiToken: token,
		requestExample: body,
	});
});

test.each<[what: string, text: string, words: string]>([
	[
		'a command for Windows',
		`curl.exe ^\r\n "${base}/run_task" ^\r\n -H "authorization: bearer ${token}"`,
		'is a command for Windows',
	],
	['a curl command without a URL', `curl ${header} -d ${posix}`, 'has no valid URL'],
	['a curl command without a token', `curl ${base} -d ${posix}`, 'has no bearer token'],
	[
		'a variable for the token',
		`curl ${base} -H "Authorization: Bearer $TOKEN"`,
		'has no bearer token, or a variable in its place',
	],
	[
		'a place for the token',
		`curl ${base} -H "Authorization: Bearer <sk-123>"`,
		'character that is not allowed in a token',
	],
	['two URLs', `curl ${base} https://b.example ${header}`, 'has no valid URL'],
	[
		'a token that the shell makes',
		`curl ${base} -H "Authorization: Bearer sk-123$SUFFIX"`,
		'or a variable in its place',
	],
	['a token that is cut off', `curl ${base} -H 'Authorization: Bearer sk-123`, 'is cut off'],
	[
		'a curl command with a broken URL',
		`curl 'https://sk-123 .com/a' ${header}`,
		'has no valid URL',
	],
	[
		'a curl command over http',
		`curl http://abc123def456gh.com ${header}`,
		'must begin with https://',
	],
	['the body alone', body, "no list of requests ('item')"],
	['a ComfyUI workflow', '{"3":{"class_type":"KSampler"}}', 'is a ComfyUI workflow'],
	[
		'a Postman environment',
		'{"name":"x","values":[{"value":"sk-123"}]}',
		'is a Postman environment',
	],
	['a web page', '<html>sk-123</html>', 'is a web page'],
	['a URL', base, 'is a URL'],
	['half a collection', JSON.stringify(collection([submit()], bearer)).slice(0, -3), 'is not JSON'],
	[
		'a collection with a comma too much',
		JSON.stringify(collection([submit()], bearer)).replace(/\}$/, ',}'),
		'is not JSON',
	],
	['a token', 'sk-123', 'is not JSON'],
])('%s is refused, and nothing of it repeated', (_what, text, words) => {
	const refusal = refusalOf(() => connectionOf(credentialOf(text)));
	expect(refusal.message).toContain(words);
	expect(JSON.stringify(refusal)).not.toMatch(/sk-123|abc123def456gh/);
});

import {
	normalizeApiUrl,
	normalizeToken,
	refuseOtherOrigin,
} from '../../../nodes/InstaSd/credential/connection';
import { isPrivateHost } from '../../../nodes/InstaSd/inputs/signedLinks';
import { refusalOf } from '../inputs/support.mts';

const api = 'https://api.instasd.com/api_endpoints/abc123def456gh';

describe('the API URL', () => {
	test.each([
		['as it should be', api],
		['with a slash at its end', `${api}/`],
		['with many slashes at its end', `${api}///`],
		['with spaces and a line break around it', `  ${api}\n`],
		['with a byte order mark before it', `\uFEFF${api}`],
		['of Run Task', `${api}/run_task`],
		['of Run Task with a slash', `${api}/run_task/`],
		['of Task Status with a placeholder', `${api}/task_status/:task_id`],
		['of Task Status with an id', `${api}/task_status/0f3a-11?x=1`],
		['of Task Status alone', `${api}/task_status`],
		['without https://', api.replace('https://', '')],
		['with a slash too few', api.replace('//', '/')],
		['in capitals where they do not count', api.replace('https://api', 'HTTPS://API')],
		['with a query and a fragment', `${api}?a=1#b`],
		['in quotes', `"${api}/run_task"`],
		['in single quotes', `'${api}'`],
		['in the quotes of a word processor', `“${api}”`],
		['in backticks', ` \`${api}\` `],
		['in angle brackets', `<${api}>`],
		['with POST before it', `POST ${api}/run_task`],
		['with GET before it, in quotes', `GET "${api}/task_status/:task_id"`],
	])('is taken when pasted %s', (_how, pasted) => {
		expect(normalizeApiUrl(pasted)).toBe(api);
	});

	test.each([
		['http://localhost:5678/x/run_task', 'http://localhost:5678/x'],
		['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
		['http://[::1]:3000/x', 'http://[::1]:3000/x'],
		['http://[fd12:3456::1]/x', 'http://[fd12:3456::1]/x'],
		['http://10.1.2.3/x', 'http://10.1.2.3/x'],
		['http://172.31.0.1/x', 'http://172.31.0.1/x'],
		['http://192.168.0.7/x', 'http://192.168.0.7/x'],
		['http://gateway/x', 'http://gateway/x'],
		['http://nas.local/x', 'http://nas.local/x'],
		['http://host.docker.internal/x', 'http://host.docker.internal/x'],
		['localhost:3000/x', 'https://localhost:3000/x'],
		['https://api.example.com:8443/x', 'https://api.example.com:8443/x'],
		['https://[2001:db8::1]/x', 'https://[2001:db8::1]/x'],
	])('%s may be used', (pasted, url) => {
		expect(normalizeApiUrl(pasted)).toBe(url);
	});

	test.each([
		'http://api.instasd.com/x',
		'http://172.32.0.1/x',
		'http://172.15.0.1/x',
		'http://11.0.0.1/x',
		'http://[2001:db8::1]/x',
		'http://[fc::1]/x',
		'http://10.example.com/x',
		'http://localhost.example.com/x',
		'http://127.0.0.1.example.com/x',
		'ftp://api.instasd.com/x',
		'ws://localhost/x',
		'file:///etc/passwd',
	])('%s is refused, because the token would travel unencrypted', (pasted) => {
		const { message, description } = refusalOf(() => normalizeApiUrl(pasted));
		expect(message).toContain('must begin with https://');
		expect(message).toContain(pasted);
		expect(description).toContain('unencrypted');
	});

	test.each([
		`${api} and more`,
		'https://exa mple.com',
		'https://',
		'<Your API URL>',
		'javascript:alert(1)',
		'https://[::1',
		'https://host:99999/x',
	])('%s is refused as no URL', (pasted) => {
		expect(refusalOf(() => normalizeApiUrl(pasted)).message).toContain('is not a URL');
	});

	test('user and password in it are refused, and not repeated in the error', () => {
		for (const scheme of ['https', 'http']) {
			const refusal = refusalOf(() => normalizeApiUrl(`${scheme}://me:hunter2@api.instasd.com/x`));
			expect(refusal.message).toContain('contains a user name or password');
			expect(JSON.stringify(refusal)).not.toContain('hunter2');
		}
		for (const half of ['me@', ':hunter2@']) {
			const refusal = refusalOf(() => normalizeApiUrl(`https://${half}api.instasd.com/x`));
			expect(refusal.message).toContain('contains a user name or password');
		}
	});

	test('a command with the token in it is refused, and not repeated in the error', () => {
		for (const command of [
			`curl ${api} -H "Authorization: Bearer sk-123"`,
			`${api} Bearer sk-123`,
		]) {
			const refusal = refusalOf(() => normalizeApiUrl(command));
			expect(refusal.message).toContain('contains a whole command');
			expect(JSON.stringify(refusal)).not.toContain('sk-123');
		}
	});

	test.each([[''], ['   '], ['""'], ['POST']])('%p is refused as empty', (pasted) => {
		const { message, description } = refusalOf(() => normalizeApiUrl(pasted));
		expect(message).toContain('is empty');
		expect(description).toContain('API Instructions');
	});

	test('a million slashes are read at once', () => {
		const path = `/a${'/'.repeat(1_000_000)}x`;
		expect(normalizeApiUrl(`https://api.instasd.com${path}//`)).toBe(
			`https://api.instasd.com${path}`,
		);
	});

	test('a million quotes are read at once', () => {
		const address = `${'"'.repeat(1_000_000)}x`;
		expect(normalizeApiUrl(`${address}"`)).toBe('https://x');
		expect(refusalOf(() => normalizeApiUrl(`${address}${address}`)).message).toContain(
			'is not a URL',
		);
	});

	test('a book pasted by mistake is not repeated whole in the error', () => {
		expect(refusalOf(() => normalizeApiUrl('word '.repeat(10_000))).message.length).toBeLessThan(
			200,
		);
	});
});

describe('the token', () => {
	test.each([
		'sk-123.abc_DEF~+/==',
		'  sk-123.abc_DEF~+/==\n',
		'Bearer sk-123.abc_DEF~+/==',
		'bearer   sk-123.abc_DEF~+/==',
		'Authorization: Bearer sk-123.abc_DEF~+/==',
	])('%p is taken', (pasted) => {
		expect(normalizeToken(pasted)).toBe('sk-123.abc_DEF~+/==');
	});

	test('that begins with the letters of "bearer" stays whole', () => {
		expect(normalizeToken('bearer-of-news')).toBe('bearer-of-news');
	});

	test.each([[''], [' '], ['Bearer'], ['Bearer '], ['Authorization: bearer']])(
		'%p is refused as empty',
		(pasted) => {
			expect(refusalOf(() => normalizeToken(pasted)).message).toContain('is empty');
		},
	);

	test.each([
		'two words',
		'line\nbreak',
		'Basic dXNlcjpwYXNz',
		'tökén',
		'"quoted"',
		'<Your API Token>',
		'{{token}}',
		'zero\u200Bwidth',
	])('%p is refused, and not repeated in the error', (pasted) => {
		const refusal = refusalOf(() => normalizeToken(pasted));
		expect(refusal.message).toContain('character that is not allowed in a token');
		expect(JSON.stringify(refusal)).not.toContain(pasted);
	});
});

test('a host counts as private only as a whole', () => {
	expect(['localhost', '10.0.0.1', '[::1]', 'n8n'].every(isPrivateHost)).toBe(true);
	expect(['10.example.com', 'example.com', '8.8.8.8', '[fc::1]'].some(isPrivateHost)).toBe(false);
});

describe('a request through a proxy of its own', () => {
	const proxy = { protocol: 'http', host: 'proxy.example.com', port: 8080 };
	const refuse = (url: string, options: object) => () =>
		refuseOtherOrigin(url, { url: '/x', ...options });

	test.each([
		['http://nas.local/x', { proxy }],
		['http://nas.local/x', { proxy: 'http://proxy.example.com:8080' }],
		[api, { proxy, skipSslCertificateValidation: true }],
		[api, { proxy, rejectUnauthorized: false }],
	])('to %s is refused where the proxy could read it: %j', (url, options) => {
		expect(refusalOf(refuse(url, options)).message).toContain('not sent through a proxy');
	});

	test.each([
		[api, { proxy }],
		[api, { skipSslCertificateValidation: true }],
		['http://nas.local/x', { proxy: '' }],
		['http://nas.local/x', {}],
	])('to %s may be made where it could not: %j', (url, options) => {
		expect(refuse(url, options)).not.toThrow();
	});
});

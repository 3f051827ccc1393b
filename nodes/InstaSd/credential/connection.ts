import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { isPrivateHost } from '../inputs/signedLinks';

/** Where an API is and how it is entered. */
export interface Connection {
	baseUrl: string;
	token: string;
}

const text = z.string().catch('');
const address = z.string().nullish();
/** A request in either of the forms that n8n has for one. */
const request = z.object({ url: address, uri: address, baseURL: address });
/** What takes a request through a host that its sender has chosen, and lets that host read it. */
const detour = z.object({
	proxy: z.unknown(),
	skipSslCertificateValidation: z.unknown(),
	rejectUnauthorized: z.unknown(),
});

/**
 * The base URL in whatever a person pastes: with spaces or quotes around it, POST before it, without https://, with a
 * trailing slash, or as the full address of one of the two calls.
 * @param isRepeatable whether an error may repeat what was pasted
 * @throws Failure INVALID_INPUT when it is no URL, or sends the token unencrypted over the internet
 */
export function normalizeApiUrl(pasted: unknown, isRepeatable = true): string {
	const given = addressIn(text.parse(pasted));
	const whereToFind =
		"Copy the API URL from 'API Instructions' of your API in InstaSD into the credential.";
	if (given === '') throw invalidInput('The API URL in the credential is empty', whereToFind);
	if (/\bcurl\s|\bbearer\b|\bauthorization\b/i.test(given)) {
		throw invalidInput(
			'The API URL in the credential holds a whole command or header',
			"Copy the URL alone, or choose 'Paste Postman Collection', where a whole curl command will do.",
		);
	}
	const repeated = isRepeatable ? `: '${beginning(given)}'` : '';
	const hasScheme = /^(https?:|[a-z][a-z\d+.-]*:\/\/)/i.test(given);
	const withScheme = hasScheme ? given : `https://${given}`;
	if (!URL.canParse(withScheme) || /[\s"'<>]/.test(given)) {
		throw invalidInput(`The API URL in the credential is not a URL${repeated}`, whereToFind);
	}
	const url = new URL(withScheme);
	if (url.username !== '' || url.password !== '') {
		throw invalidInput(
			'The API URL in the credential contains a user name or password',
			'Remove it: the token has a field of its own.',
		);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPrivateHost(url.hostname))) {
		throw invalidInput(
			`The API URL in the credential must begin with https://${repeated}`,
			'The token would travel unencrypted. Only localhost and private addresses may use http.',
		);
	}
	const path = url.pathname
		.replace(/\/(run_task|task_status(\/.*)?)\/*$/, '')
		.replace(/(?<!\/)\/+$/, '');
	return url.origin + path;
}

/**
 * Keeps the token at home: n8n lets whoever may use a credential, as in an HTTP Request node, choose where it is sent.
 * @throws Failure INVALID_INPUT when a request leads to another origin than the API's, or past a proxy that could read it
 */
export function refuseOtherOrigin(baseUrl: string, options: unknown): void {
	const home = new URL(`${baseUrl}/`);
	const given = request.safeParse(options);
	// What is no text becomes one only when it is sent, and who knows which.
	const addresses = given.success ? Object.values(given.data) : undefined;
	if (!addresses?.every((one) => leadsHome(one ?? '', home))) {
		throw invalidInput(
			`The credential is that of the API at ${home.host}, and was not sent to another address`,
			'A request with it must go to that API, by a URL that is a text. Links to files need no credential.',
		);
	}
	if (isReadOnTheWay(home, options)) {
		throw invalidInput(
			`The credential of the API at ${home.host} was not sent through a proxy that could read it`,
			"Remove the proxy from the request, or use an API with https and do without 'Ignore SSL Issues'.",
		);
	}
}

function leadsHome(given: string, home: URL): boolean {
	if (given === '' || /^\/(?![/\\])/.test(given)) return true;
	return URL.canParse(given, home.href) && new URL(given, home).origin === home.origin;
}

/** Whether a request has a proxy of its own and is not encrypted, or so that the proxy can pretend to be the API. */
function isReadOnTheWay(home: URL, options: unknown): boolean {
	const { proxy, skipSslCertificateValidation, rejectUnauthorized } = detour.parse(options);
	const isChecked = !skipSslCertificateValidation && rejectUnauthorized !== false;
	return Boolean(proxy) && (home.protocol === 'http:' || !isChecked);
}

/**
 * The token without a pasted "Bearer ".
 * @throws Failure INVALID_INPUT when there is none, or it holds what no header can carry
 */
export function normalizeToken(pasted: unknown): string {
	const token = text
		.parse(pasted)
		.trim()
		.replace(/^(authorization:\s*)?bearer(\s+|$)/i, '');
	if (token === '') {
		throw invalidInput(
			'The API token in the credential is empty',
			"Copy the token from 'API Instructions' of your API in InstaSD into the credential.",
		);
	}
	if (!/^[\x21-\x7e]+$/.test(token) || /["'`<>{}]/.test(token)) {
		throw invalidInput(
			'The API token in the credential contains a space or a character that no token has',
			'Paste the token alone, without quotes or line breaks around it.',
		);
	}
	return token;
}

/** A pasted address without what often stands around one. */
function addressIn(pasted: string): string {
	return pasted
		.trim()
		.replace(/^(?:post|get)(?:\s+|$)/i, '')
		.replace(/^["'“”‘’`<]+/, '')
		.replace(/(?<!["'“”‘’`>])["'“”‘’`>]+$/, '')
		.trim();
}

function beginning(value: string): string {
	return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}

import * as z from 'zod';

import { invalidInput } from '../api/failures';
import { isPrivateHost } from '../inputs/signedLinks';
import { quoted } from '../inputs/wording';

/** An API's URL, normalized, and its token. */
export interface Connection {
	baseUrl: string;
	token: string;
}

const address = z.string().nullish();
/** The URL fields of a request, in both of n8n's formats. */
const request = z.object({ url: address, uri: address, baseURL: address });
/** What sends a request through a proxy, and what lets the proxy pose as the API. */
const proxyOptions = z.object({
	proxy: z.unknown(),
	skipSslCertificateValidation: z.unknown(),
	rejectUnauthorized: z.unknown(),
});

/**
 * The base URL from a pasted one, which may have spaces or quotes around it, POST before it, no https://, a trailing
 * slash, or the path of Run Task or Task Status at its end.
 * @param isQuotable whether an error may quote the pasted text
 * @throws Failure INVALID_INPUT when it is not a URL, or would send the token unencrypted over the internet
 */
export function normalizeApiUrl(pasted: string, isQuotable = true): string {
	const given = addressIn(pasted);
	const whereToFind =
		"Copy 'API URL' from 'API Instructions' of your API in InstaSD into the credential.";
	if (given === '') throw invalidInput("'API URL' in the credential is empty", whereToFind);
	if (/\bcurl\s|\bbearer\b|\bauthorization\b/i.test(given)) {
		throw invalidInput(
			"'API URL' in the credential contains a whole command or header",
			"Copy only the URL, or choose 'Paste Postman Collection', which also accepts a whole curl command.",
		);
	}
	const quote = isQuotable ? `: ${quoted(given)}` : '';
	const hasScheme = /^(https?:|[a-z][a-z\d+.-]*:\/\/)/i.test(given);
	const withScheme = hasScheme ? given : `https://${given}`;
	if (!URL.canParse(withScheme) || /[\s"'<>]/.test(given)) {
		throw invalidInput(`'API URL' in the credential is not a URL${quote}`, whereToFind);
	}
	const url = new URL(withScheme);
	if (url.username !== '' || url.password !== '') {
		throw invalidInput(
			"'API URL' in the credential contains a user name or password",
			'Remove it: the token has its own field.',
		);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPrivateHost(url.hostname))) {
		throw invalidInput(
			`'API URL' in the credential must begin with https://${quote}`,
			'The token would be sent unencrypted. Only localhost and private addresses may use http.',
		);
	}
	const path = url.pathname
		.replace(/\/(run_task|task_status(\/.*)?)\/*$/, '')
		.replace(/(?<!\/)\/+$/, '');
	return url.origin + path;
}

/**
 * Keeps the token within the API's origin: in an HTTP Request node, anyone who may use the credential chooses the URL.
 * @throws Failure INVALID_INPUT when a request goes to another origin, or through a proxy that could read it
 */
export function refuseOtherOrigin(baseUrl: string, options: unknown): void {
	const api = new URL(`${baseUrl}/`);
	const given = request.safeParse(options);
	// A URL that is not a string cannot be checked: it is converted to one only when sent.
	const addresses = given.success ? Object.values(given.data) : undefined;
	if (!addresses?.every((one) => isSameOrigin(one ?? '', api))) {
		throw invalidInput(
			`The credential belongs to the API at ${api.host} and was not sent to another address`,
			'A request with it must go to that API, and its URL must be a string. Links to files need no credential.',
		);
	}
	const { proxy, skipSslCertificateValidation, rejectUnauthorized } = proxyOptions.parse(options);
	const isVerified = !skipSslCertificateValidation && rejectUnauthorized !== false;
	if (proxy && (api.protocol === 'http:' || !isVerified)) {
		throw invalidInput(
			`The credential of the API at ${api.host} was not sent through a proxy that could read it`,
			"Remove the proxy from the request, or an 'API URL' with https and switch off 'Ignore SSL Issues'.",
		);
	}
}

function isSameOrigin(given: string, api: URL): boolean {
	if (given === '' || /^\/(?![/\\])/.test(given)) return true;
	return URL.canParse(given, api.href) && new URL(given, api).origin === api.origin;
}

/**
 * The token without a pasted "Bearer ".
 * @throws Failure INVALID_INPUT when it is empty or contains a character that is not allowed in a token
 */
export function normalizeToken(pasted: string): string {
	const token = pasted.trim().replace(/^(authorization:\s*)?bearer(\s+|$)/i, '');
	if (token === '') {
		throw invalidInput(
			"'API Token' in the credential is empty",
			"Copy the token from 'API Instructions' of your API in InstaSD into the credential.",
		);
	}
	if (!/^[\x21-\x7e]+$/.test(token) || /["'`<>{}]/.test(token)) {
		throw invalidInput(
			"'API Token' in the credential contains a space or another character that is not allowed in a token",
			'Paste only the token, without quotes or line breaks around it.',
		);
	}
	return token;
}

/** A pasted URL without the method, quotes and spaces that often surround it. */
function addressIn(pasted: string): string {
	return pasted
		.trim()
		.replace(/^(?:post|get)(?:\s+|$)/i, '')
		.replace(/^["'“”‘’`<]+/, '')
		.replace(/(?<!["'“”‘’`>])["'“”‘’`>]+$/, '')
		.trim();
}

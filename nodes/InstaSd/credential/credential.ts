import { jsonParse } from 'n8n-workflow';
import { z } from 'zod';

import { asFailure, invalidInput } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { type Connection, normalizeApiUrl, normalizeToken } from './connection';
import { type Curl, readCurl } from './curl';
import { objectsInText } from './objectsInText';
import { jsonKind, textKind } from './pasteKinds';
import { type Collected, collectionIn, readCollection } from './postman';
import { readRequestExample, type RequestExample } from './requestExample';

const text = z.string().catch('');
const credential = z.object({
	setup: z.enum(['manual', 'postman']).catch('manual'),
	apiUrl: text,
	apiToken: text,
	requestExample: text,
	postmanCollectionWithToken: text,
});

/**
 * The credential's URL and token, from its fields or its Postman collection.
 * @throws Failure INVALID_INPUT that says which one is wrong and where to find it
 */
export function connectionOf(data: unknown): Connection {
	const given = credential.parse(data);
	const source = JSON.stringify({ ...given, requestExample: '' });
	if (latest?.source !== source) latest = { source, connection: readConnection(given) };
	return latest.connection;
}

/** A cache: n8n asks for the connection with every request, and a collection can have megabytes. */
let latest: { source: string; connection: Connection } | undefined;

function readConnection(given: z.infer<typeof credential>): Connection {
	const isManual = given.setup === 'manual';
	const { apiUrl, apiToken } = isManual ? given : readPastedSetup(given.postmanCollectionWithToken);
	return { baseUrl: normalizeApiUrl(apiUrl, isManual), token: normalizeToken(apiToken) };
}

/**
 * The inputs of the credential's API; undefined if the credential has no example.
 * @throws Failure INVALID_INPUT when the example cannot be read
 */
export function inputsOf(data: unknown): ApiInput[] | undefined {
	return exampleOf(data)?.inputs;
}

/**
 * The credential's request example, from its own field or else its Postman collection or curl command; undefined if
 * there is none.
 * @throws Failure INVALID_INPUT when it cannot be read
 */
export function exampleOf(data: unknown): RequestExample | undefined {
	const given = credential.parse(data);
	if (given.requestExample.trim() !== '') return readRequestExample(given.requestExample);
	if (given.setup !== 'postman') return undefined;
	const { requestExample } = readPastedSetup(given.postmanCollectionWithToken);
	return requestExample === undefined
		? undefined
		: readRequestExample(requestExample, 'sample body pasted with the URL and token');
}

/**
 * The connection for the credential's test. n8n shows only the message of an error, so it includes the description.
 * @throws Failure INVALID_INPUT when the URL, token or example is wrong
 */
export function testedConnectionOf(data: unknown): Connection {
	try {
		const connection = connectionOf(data);
		exampleOf(data);
		return connection;
	} catch (error) {
		const { message, description } = asFailure(error).details;
		throw invalidInput(`${message}. ${description}`, description);
	}
}

/** What the editor calls each field. */
const labels: Record<keyof z.infer<typeof credential>, string> = {
	setup: 'Set Up With',
	apiUrl: 'API URL',
	apiToken: 'API Token',
	requestExample: 'Request Example',
	postmanCollectionWithToken: 'Postman Collection',
};

/**
 * The field in which a credential with expressions differs for two items, as the editor calls it; undefined where it does
 * not.
 */
export function differingField(one: unknown, other: unknown): string | undefined {
	const [first, second] = [credential.parse(one), credential.parse(other)];
	const field = credential.keyof().options.find((name) => first[name] !== second[name]);
	return field && labels[field];
}

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content, or paste the curl command of Run Task.";

/**
 * An API's URL, token and sample body from a pasted Postman collection or curl command.
 * @throws Failure INVALID_INPUT that says what is missing or what was pasted instead, without quoting the URL or token
 */
export function readPastedSetup(text: string): Collected {
	const source = text.trim();
	if (source === '') {
		throw invalidInput('The Postman collection in the credential is empty', whereToFind);
	}
	const json = jsonParse<unknown>(source, { fallbackValue: () => undefined });
	const curl = json === undefined ? readCurl(source) : undefined;
	if (curl !== undefined) return collectedFrom(curl);
	const found = json === undefined ? objectsInText(source).next().value : undefined;
	const value = found?.kind === 'object' ? found.value : json;
	const collection = collectionIn(value);
	if (collection !== undefined) return readCollection(collection);
	if (found !== undefined && found.kind !== 'object') {
		throw invalidInput(
			`The Postman collection in the credential ${found.kind === 'unclosed' ? 'is cut off: its brackets do not close' : 'is not JSON'}`,
			`${whereToFind} Copy all of it.`,
		);
	}
	const kind = value === undefined ? (textKind(source) ?? 'not JSON') : jsonKind(value);
	throw invalidInput(
		kind === undefined
			? "The text in 'Postman Collection' in the credential is not a Postman collection: it has no list of requests ('item')"
			: `The text in 'Postman Collection' in the credential is ${kind}`,
		whereToFind,
	);
}

function collectedFrom({ url, token, bodies }: Curl): Collected {
	if (url === undefined) {
		throw invalidInput('The curl command in the credential has no URL', whereToFind);
	}
	if (token === undefined || /^(bearer\s+)?[$%]\{?\w+[}%]?$/i.test(token)) {
		throw invalidInput(
			`The curl command in the credential has ${token === undefined ? 'no' : 'a variable instead of a'} bearer token`,
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	const isUsable = URL.canParse(/^https?:\/\//i.test(url) ? url : `https://${url}`);
	if (!isUsable || /[\s"'<>{}$]/.test(url)) {
		throw invalidInput('The curl command in the credential has no valid URL', whereToFind);
	}
	return { apiUrl: url, apiToken: token, requestExample: bodies.find(isText) };
}

/** curl reads `@name` from a file. */
function isText(sent: string): boolean {
	return !sent.startsWith('@');
}

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
 * URL and token of the credential, from its fields or its Postman collection.
 * @throws Failure INVALID_INPUT that says which is wrong, and where to find the right one
 */
export function connectionOf(data: unknown): Connection {
	const given = credential.parse(data);
	const source = JSON.stringify({ ...given, requestExample: '' });
	if (latest?.source !== source) latest = { source, connection: readConnection(given) };
	return latest.connection;
}

/** n8n asks for the connection with every request; a collection can have megabytes. */
let latest: { source: string; connection: Connection } | undefined;

function readConnection(given: z.infer<typeof credential>): Connection {
	const isManual = given.setup === 'manual';
	const { apiUrl, apiToken } = isManual ? given : readPastedSetup(given.postmanCollectionWithToken);
	return { baseUrl: normalizeApiUrl(apiUrl, isManual), token: normalizeToken(apiToken) };
}

/**
 * The inputs of the credential's API, from its request example, or else from what holds all three; undefined where it has
 * neither.
 * @throws Failure INVALID_INPUT when there is an example that cannot be read
 */
export function inputsOf(data: unknown): ApiInput[] | undefined {
	return exampleOf(data)?.inputs;
}

/**
 * The credential's request example with what is to be said of it; undefined where it has none.
 * @throws Failure INVALID_INPUT when there is one that cannot be read
 */
export function exampleOf(data: unknown): RequestExample | undefined {
	const given = credential.parse(data);
	if (given.requestExample.trim() !== '') return readRequestExample(given.requestExample);
	if (given.setup !== 'postman') return undefined;
	const { requestExample } = readPastedSetup(given.postmanCollectionWithToken);
	return requestExample === undefined
		? undefined
		: readRequestExample(requestExample, 'sample body that was pasted with URL and token');
}

/**
 * The connection, for the credential's own test: n8n shows nothing of an error but its message.
 * @throws Failure INVALID_INPUT whose message says all, when URL, token or example are wrong
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
 * URL, token and sample body of an API from what was pasted for all three: its Postman collection, or a curl command.
 * @throws Failure INVALID_INPUT that names what is missing, or what the text is instead; it repeats neither URL nor token
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
	const thing = value === undefined ? (textKind(source) ?? 'no JSON') : jsonKind(value);
	throw invalidInput(
		thing === undefined
			? "The Postman collection in the credential is none: it has no list of requests ('item')"
			: `What is pasted as the Postman collection in the credential is ${thing}`,
		whereToFind,
	);
}

function collectedFrom({ url, token, bodies }: Curl): Collected {
	if (url === undefined) {
		throw invalidInput('The curl command in the credential has no URL', whereToFind);
	}
	if (token === undefined || /^(bearer\s+)?[$%]\{?\w+[}%]?$/i.test(token)) {
		throw invalidInput(
			`The curl command in the credential has ${token === undefined ? 'no' : 'a variable as its'} bearer token`,
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	const isUsable = URL.canParse(/^https?:\/\//i.test(url) ? url : `https://${url}`);
	if (!isUsable || /[\s"'<>{}$]/.test(url)) {
		throw invalidInput('The URL of the curl command in the credential is none', whereToFind);
	}
	return { apiUrl: url, apiToken: token, requestExample: bodies.find(isText) };
}

/** curl takes `@name` from a file. */
function isText(sent: string): boolean {
	return !sent.startsWith('@');
}

import { z } from 'zod';

import { asFailure, invalidInput } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { normalizeApiUrl, normalizeToken, type Connection } from './connection';
import { readPastedSetup } from './pastedSetup';
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

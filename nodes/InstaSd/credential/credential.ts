import { z } from 'zod';

import type { ApiInput } from '../inputs/inputTypes';
import { normalizeApiUrl, normalizeToken, type Connection } from './connection';
import { readPostmanCollection } from './postman';
import { parseRequestExample } from './requestExample';

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
	const { apiUrl, apiToken } =
		given.setup === 'postman' ? readPostmanCollection(given.postmanCollectionWithToken) : given;
	return { baseUrl: normalizeApiUrl(apiUrl), token: normalizeToken(apiToken) };
}

/**
 * The inputs of the credential's API, from its request example, or else from its Postman collection; undefined where
 * it has neither.
 * @throws Failure INVALID_INPUT when there is an example that cannot be read
 */
export function inputsOf(data: unknown): ApiInput[] | undefined {
	const given = credential.parse(data);
	const example =
		given.requestExample.trim() === '' && given.setup === 'postman'
			? readPostmanCollection(given.postmanCollectionWithToken).requestExample
			: given.requestExample;
	return example === undefined || example.trim() === '' ? undefined : parseRequestExample(example);
}

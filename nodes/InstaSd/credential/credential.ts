import * as z from 'zod';

import { asFailure, invalidInput } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { type Connection, normalizeApiUrl, normalizeToken, refuseOtherOrigin } from './connection';
import { type Command, curlCommands } from './curl';
import { jsonKind, textKind } from './pasteKinds';
import { type Collected, collectionIn, readCollection } from './postman';
import { whereCollectionIs } from './refusals';
import { parsedPaste, readRequestExample } from './requestExample';

const text = z.string().catch('');
const credential = z.object({
	setup: z.enum(['manual', 'postman']).catch('manual'),
	apiUrl: text,
	apiToken: text,
	requestExample: text,
	postmanCollectionWithToken: text,
});

/** Remembers what the latest pastes were read as: n8n asks with every request, and a paste can have megabytes. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
	const latest = new Map<string, T>();
	return (text) => {
		const known = latest.get(text);
		if (known !== undefined) return known;
		if (latest.size >= 10) latest.clear();
		const value = read(text);
		latest.set(text, value);
		return value;
	};
}

const setupIn = remembering(readPastedSetup);
const exampleIn = remembering((text) => readRequestExample(text));
const sampleIn = remembering((text) =>
	readRequestExample(text, 'sample body pasted with the URL and token'),
);

/**
 * The credential's URL and token, from its fields or its Postman collection.
 * @throws Failure INVALID_INPUT that says which one is wrong and where to find it
 */
export function connectionOf(data: unknown): Connection {
	const given = credential.parse(data);
	const isManual = given.setup === 'manual';
	const { apiUrl, apiToken } = isManual ? given : setupIn(given.postmanCollectionWithToken);
	return { baseUrl: normalizeApiUrl(apiUrl, isManual), token: normalizeToken(apiToken) };
}

/**
 * The inputs of the credential's API by its sample request, from its own field or else its Postman collection or curl
 * command; undefined if there is none. The same list for the same text.
 * @throws Failure INVALID_INPUT when the example cannot be read
 */
export function inputsOf(data: unknown): ApiInput[] | undefined {
	const given = credential.parse(data);
	if (given.requestExample.trim() !== '') return exampleIn(given.requestExample).inputs;
	if (given.setup !== 'postman') return undefined;
	const { requestExample } = setupIn(given.postmanCollectionWithToken);
	return requestExample === undefined ? undefined : sampleIn(requestExample).inputs;
}

/** The connection for the credential's test. n8n shows only the message of an error, so it includes the description. */
function testedConnectionOf(data: unknown): Connection {
	try {
		const connection = connectionOf(data);
		inputsOf(data);
		return connection;
	} catch (error) {
		const { message, description } = asFailure(error).details;
		throw invalidInput(`${message}. ${description}`, description);
	}
}

/**
 * The connection for a request that n8n adds the credential to.
 * @param isTest whether n8n tests the credential, and with it the example
 * @throws Failure INVALID_INPUT when the credential is wrong, or the request would take the token elsewhere
 */
export function connectionFor(data: unknown, options: unknown, isTest: boolean): Connection {
	const connection = isTest ? testedConnectionOf(data) : connectionOf(data);
	refuseOtherOrigin(connection.baseUrl, options);
	return connection;
}

/** What the editor calls each field. */
const labels: Record<keyof z.infer<typeof credential>, string> = {
	setup: 'Set Up With',
	apiUrl: 'API URL',
	apiToken: 'API Token',
	requestExample: 'Sample Request Body',
	postmanCollectionWithToken: 'Postman Collection',
};

/**
 * The field in which a credential with expressions differs for two items, as the editor calls it; undefined where it does
 * not.
 */
export function differingField(one: Fields, other: Fields): string | undefined {
	return Object.entries(labels).find(([name]) => String(one[name]) !== String(other[name]))?.[1];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * An API's URL, token and sample body from a pasted Postman collection or curl command.
 * @throws Failure INVALID_INPUT that says what is missing or what was pasted instead, without quoting the URL or token
 */
export function readPastedSetup(text: string): Collected {
	const source = text.trim();
	if (source === '') {
		throw invalidInput("'Postman Collection' in the credential is empty", whereCollectionIs);
	}
	const json = parsedPaste(source);
	const commands = json === undefined ? curlCommands(source) : [];
	const command = commands.find(({ url }) => /\/run_task\b/.test(url?.text ?? '')) ?? commands[0];
	const kind = json === undefined ? textKind(source) : jsonKind(json);
	if (kind !== undefined) throw isNoCollection(`is ${kind}`);
	if (command !== undefined) {
		return { ...collectedFrom(command), requestExample: command.data[0] && text };
	}
	const collection = collectionIn(json);
	if (collection !== undefined) return readCollection(collection);
	throw isNoCollection(json === undefined ? 'is not JSON' : hasNoRequests);
}

const hasNoRequests = "is not a Postman collection: it has no list of requests ('item')";

function isNoCollection(why: string) {
	return invalidInput(
		`The text in 'Postman Collection' in the credential ${why}`,
		whereCollectionIs,
	);
}

function collectedFrom({ url, token, isCutOff }: Command): Omit<Collected, 'requestExample'> {
	const isWrong = (how: string, advice = '') =>
		invalidInput(`The curl command in the credential ${how}`, whereCollectionIs + advice);
	if (isCutOff) throw isWrong('is cut off: its quotes do not close');
	if (url === undefined || !URL.canParse(url.text) || /[\s"'<>{}$]/.test(url.text)) {
		throw isWrong('has no valid URL');
	}
	if (!token || token.isFilledIn || /^(?:bearer\s+)?(?:[$%]\{?\w+[}%]?)?$/i.test(token.text)) {
		throw isWrong(
			'has no bearer token, or a variable in its place',
			" Or choose 'Enter URL and Token' and type the token.",
		);
	}
	return { apiUrl: url.text, apiToken: token.text };
}

import * as z from 'zod';

import { asFailure, invalidInput } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { type Connection, normalizeApiUrl, normalizeToken, refuseOtherOrigin } from './connection';
import { type Command, curlCommands } from './curl';
import { jsonKind, textKind } from './pasteKinds';
import { type Collected, collectionIn, readCollection } from './postman';
import { parsedPaste, readRequestExample } from './requestExample';

const text = z.string().catch('');
const credential = z.object({
	setup: z.enum(['manual', 'postman']).catch('manual'),
	apiUrl: text,
	apiToken: text,
	requestExample: text,
	postmanCollectionWithToken: text,
});

/** What the latest pastes were read as: n8n asks with every request, and a paste can have megabytes. */
class ReadPastes<T> {
	private readonly latest = new Map<string, T>();

	constructor(private readonly read: (text: string) => T) {}

	of(text: string): T {
		const known = this.latest.get(text);
		if (known !== undefined) return known;
		if (this.latest.size >= 10) this.latest.clear();
		const value = this.read(text);
		this.latest.set(text, value);
		return value;
	}
}

const setups = new ReadPastes(readPastedSetup);
const examples = new ReadPastes((text) => readRequestExample(text));
const samples = new ReadPastes((text) =>
	readRequestExample(text, 'sample body pasted with the URL and token'),
);

/**
 * The credential's URL and token, from its fields or its Postman collection.
 * @throws Failure INVALID_INPUT that says which one is wrong and where to find it
 */
export function connectionOf(data: unknown): Connection {
	const given = credential.parse(data);
	const isManual = given.setup === 'manual';
	const { apiUrl, apiToken } = isManual ? given : setups.of(given.postmanCollectionWithToken);
	return { baseUrl: normalizeApiUrl(apiUrl, isManual), token: normalizeToken(apiToken) };
}

/**
 * The inputs of the credential's API by its sample request, from its own field or else its Postman collection or curl
 * command; undefined if there is none. The same list for the same text.
 * @throws Failure INVALID_INPUT when the example cannot be read
 */
export function inputsOf(data: unknown): ApiInput[] | undefined {
	const given = credential.parse(data);
	if (given.requestExample.trim() !== '') return examples.of(given.requestExample).inputs;
	if (given.setup !== 'postman') return undefined;
	const { requestExample } = setups.of(given.postmanCollectionWithToken);
	return requestExample === undefined ? undefined : samples.of(requestExample).inputs;
}

/**
 * The connection for the credential's test. n8n shows only the message of an error, so it includes the description.
 * @throws Failure INVALID_INPUT when the URL, token or example is wrong
 */
export function testedConnectionOf(data: unknown): Connection {
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

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content, or paste the curl command of Run Task.";

/**
 * An API's URL, token and sample body from a pasted Postman collection or curl command.
 * @throws Failure INVALID_INPUT that says what is missing or what was pasted instead, without quoting the URL or token
 */
export function readPastedSetup(text: string): Collected {
	const source = text.trim();
	if (source === '') {
		throw invalidInput("'Postman Collection' in the credential is empty", whereToFind);
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
	return invalidInput(`The text in 'Postman Collection' in the credential ${why}`, whereToFind);
}

function collectedFrom({ url, token, isCutOff }: Command): Omit<Collected, 'requestExample'> {
	const isWrong = (how: string, advice = '') =>
		invalidInput(`The curl command in the credential ${how}`, whereToFind + advice);
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

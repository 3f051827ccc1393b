import { invalidInput } from '../api/failures';
import { firstFew } from '../inputs/wording';
import { type Json, objectIn } from './pasteKinds';
import { whereCollectionIs, whereSampleIs } from './refusals';

/** What a Postman collection, or a curl command, tells of an API. */
export interface Collected {
	apiUrl: string;
	apiToken: string;
	/** The body of Run Task, as text; undefined where there is none. */
	requestExample: string | undefined;
}

/** A request of a collection, its variables filled in where the collection defines them. */
interface Request {
	name: string;
	url: string;
	body: string;
	/** Its own Authorization, or the nearest above it; empty where there is none, or another kind. */
	token: string;
}

/** Deeper than people nest folders, or variables in variables. */
const deepestFolder = 50;
const deepestVariable = 5;
/** In characters: variables that hold variables, or are used by every request, would fill the memory. */
const mostFilledIn = 2_000_000;

/** The Postman collection that a JSON value is; undefined where it is none. Postman's own API gives it inside an object. */
export function collectionIn(value: unknown): Json | undefined {
	const outer = objectIn(value);
	return [outer, objectIn(outer.collection)].find(({ item }) => Array.isArray(item));
}

/**
 * URL, token and sample body of an API from its Postman collection.
 * @throws Failure INVALID_INPUT that names what could not be found
 */
export function readCollection(collection: Json): Collected {
	const { url, token, body } = runTaskIn(collection);
	const [, variable] = /\{\{([^{}]+)\}\}/.exec(url + token) ?? [];
	if (variable !== undefined) {
		throw invalidInput(
			`The Postman collection uses the variable '${variable.trim()}', but does not define it`,
			"Variables of a Postman environment are not part of the collection: replace them by their values, or choose 'Enter URL and Token'.",
		);
	}
	if (token === '') {
		throw invalidInput(
			'The Postman collection has no bearer token: neither the request to run_task, nor its folders, the collection or a header',
			`${whereCollectionIs} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	return { apiUrl: url, apiToken: token, requestExample: body.trim() === '' ? undefined : body };
}

/**
 * The sample body of a Postman collection.
 * @throws Failure INVALID_INPUT where it has none
 */
export function bodyOf(collection: Json): string {
	const { body } = runTaskIn(collection);
	if (body.trim() !== '') return body;
	throw invalidInput(
		'The Postman collection has no sample body in its request to run_task',
		whereSampleIs,
	);
}

/** The request to run_task, with the token of another request to its API where it has none itself. */
function runTaskIn(collection: Json): Request {
	const requests = requestsIn(collection, [], createFilling(collection));
	const runTasks = requests.filter(({ url }) => /\/run_task\/*([?#]|$)/.test(url));
	const [runTask] = runTasks;
	if (runTask === undefined) {
		throw invalidInput(
			`The Postman collection has no request to run_task; it has: ${firstFew(requests.map(nameOf), 10) || 'no requests'}`,
			whereCollectionIs,
		);
	}
	const apis = new Set(runTasks.map(apiOf));
	if (apis.size > 1) {
		throw invalidInput(
			`The Postman collection has requests to run_task of several APIs: ${firstFew(runTasks.map(nameOf), 10)}`,
			'A credential is for one API. Paste the collection of that API alone, or delete the requests of the others.',
		);
	}
	// The token of another API is of no use here, and must not be sent here.
	const siblings = requests.filter((request) => apis.has(apiOf(request)));
	const token = [runTask, ...siblings].find((request) => request.token !== '')?.token ?? '';
	return { ...runTask, token };
}

const nameOf = ({ name }: Request) => `'${name}'`;

/** The address of the API that a request belongs to. */
function apiOf({ url }: Request): string {
	return url.replace(/\/(run_task|task_status)([/?#].*)?$/s, '');
}

/** @param above the collection and the folders around this item, the nearest first */
function requestsIn(item: Json, above: Json[], fill: (text: string) => string): Request[] {
	if (above.length > deepestFolder) return [];
	const { request } = item;
	const { url = request, header, auth, body } = objectIn(request);
	const address = fill(textIn(url) || urlOf(objectIn(url))).trim();
	const inside = listIn(item.item).flatMap((child) => requestsIn(child, [item, ...above], fill));
	if (address === '') return inside;
	const own = listIn(header).find(
		({ key, disabled }) => /^authorization$/i.test(textIn(key)) && disabled !== true,
	);
	const token =
		textIn(own?.value) || tokenOf([auth, ...[item, ...above].map((level) => level.auth)]);
	const raw = textIn(objectIn(body).raw);
	return [
		{ name: textIn(item.name), url: address, body: fill(raw), token: fill(token) },
		...inside,
	];
}

/** A URL of Postman as text: its own, or its parts put together. */
function urlOf({ raw, protocol, host, port, path }: Json): string {
	const joined = (parts: unknown, sign: string) => {
		const texts = [parts].flat().map((part) => textIn(part) || textIn(objectIn(part).value));
		return texts.join(sign);
	};
	const scheme = textIn(protocol).replace(/(?<=\w)$/, '://');
	const origin = `${scheme}${joined(host, '.')}${textIn(port) && `:${textIn(port)}`}`;
	return textIn(raw) || (host ? `${origin}/${joined(path, '/').replace(/^\//, '')}` : '');
}

/** The bearer token of the first that says how to authorize: as v2.1 lists it, or as v2.0 names it. */
function tokenOf(auths: unknown[]): string {
	const { type, bearer } = auths.map(objectIn).find((auth) => typeof auth.type === 'string') ?? {};
	if (type !== 'bearer') return '';
	const listed = listIn(bearer).find(({ key }) => key === 'token')?.value;
	return textIn(listed ?? objectIn(bearer).token);
}

/**
 * Replaces `{{name}}` by the collection's variable of that name. What it does not define stays: in a body, braces may be
 * part of a prompt.
 */
function createFilling({ variable }: Json): (text: string) => string {
	let filledIn = 0;
	const values = new Map(
		listIn(variable)
			.filter(({ disabled }) => disabled !== true)
			.map(({ key, value }) => [textIn(key), textIn(value)]),
	);
	const fill = (text: string, depth = 0): string =>
		text.replace(/\{\{([^{}]+)\}\}/g, (all, name: string) => {
			const value = values.get(name.trim());
			filledIn += all.length + (value?.length ?? 0);
			const isTooMuch = filledIn > mostFilledIn || depth >= deepestVariable;
			return value === undefined || isTooMuch ? all : fill(value, depth + 1);
		});
	return fill;
}

function listIn(value: unknown): Json[] {
	return Array.isArray(value) ? value.map(objectIn) : [];
}

function textIn(value: unknown): string {
	return typeof value === 'object' || value === undefined ? '' : String(value);
}

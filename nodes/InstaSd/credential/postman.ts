import { invalidInput } from '../api/failures';
import { firstFew } from '../inputs/wording';
import { type Json, objectIn } from './pasteKinds';

/** What a Postman collection, or a curl command, tells of an API. Of Postman's format nothing is taken for granted. */
export interface Collected {
	apiUrl: string;
	apiToken: string;
	/** The body of Run Task, as text; undefined where there is none. */
	requestExample: string | undefined;
}

/** A request of the collection. */
interface Found {
	request: unknown;
	/** From the collection down to the request. */
	path: Json[];
	/** Its URL, with those variables filled in that are defined. */
	address: string;
}

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content.";

/** Deeper than people nest folders, or variables in variables. */
const deepestFolder = 50;
const deepestVariable = 5;
/** Variables that hold variables, or are used by every request, fill the memory; a real collection has a few dozen. */
const most = { replacements: 20_000, characters: 10_000_000 };

/** The Postman collection that a JSON value is; undefined where it is none. Postman's own API gives it inside an object. */
export function collectionIn(value: unknown): Json | undefined {
	const outer = objectIn(value);
	return [outer, objectIn(outer.collection)].find(({ item }) => Array.isArray(item));
}

/**
 * URL, token and sample body of an API from its Postman collection, with its variables filled in.
 * @throws Failure INVALID_INPUT that names what could not be found
 */
export function readCollection(root: Json): Collected {
	const { fill, found, submit } = openCollection(root);
	const base = baseOf(submit);
	// The token of another API is of no use here, and must not be sent here.
	const siblings = found.filter((other) => other !== submit && baseOf(other) === base);
	const holder = [submit, ...siblings].find((candidate) => tokenOf(candidate) !== '');
	if (holder === undefined) {
		throw invalidInput(
			'The Postman collection has no bearer token: neither the request to run_task, nor its folders, the collection or a header',
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	return {
		apiUrl: fill(urlOf(submit.request), submit.path, undefinedVariable),
		apiToken: fill(tokenOf(holder), holder.path, undefinedVariable),
		requestExample: sampleBody(submit, fill),
	};
}

/**
 * The sample body of a Postman collection, with its variables filled in.
 * @throws Failure INVALID_INPUT where it has none
 */
export function bodyOf(root: Json): string {
	const { fill, submit } = openCollection(root);
	const sample = sampleBody(submit, fill);
	if (sample !== undefined) return sample;
	throw invalidInput(
		'The Postman collection has no sample body in its request to run_task',
		"Copy the sample request body of Run Task from 'API Instructions' of your API in InstaSD into 'Request Example' of the credential.",
	);
}

/** The collection's requests, the one to run_task, and what fills in their variables. */
function openCollection(root: Json): { fill: Fill; found: Found[]; submit: Found } {
	const fill = createFilling();
	const found = requestsIn(root, [], fill);
	const submits = found.filter(({ address }) => /\/run_task\/*([?#]|$)/.test(address));
	const [submit] = submits;
	if (new Set(submits.map(baseOf)).size > 1) throw severalApis(submits);
	if (submit !== undefined) return { fill, found, submit };
	throw invalidInput(
		`The Postman collection has no request to run_task; it has: ${namesOf(found) || 'no requests'}`,
		whereToFind,
	);
}

function severalApis(submits: Found[]) {
	return invalidInput(
		`The Postman collection has requests to run_task of several APIs: ${namesOf(submits)}`,
		'A credential is for one API. Paste the collection of that API alone, or delete the requests of the others.',
	);
}

function namesOf(found: Found[]): string {
	return firstFew(
		found.map(({ path }) => `'${textIn(path.at(-1)?.name)}'`),
		10,
	);
}

function requestsIn(folder: Json, above: Json[], fill: Fill): Found[] {
	const path = [...above, folder];
	const { request, item } = folder;
	const url = urlOf(request);
	const own = url === '' ? [] : [{ request, path, address: fill(url, path, leave).trim() }];
	if (path.length > deepestFolder) return own;
	return [...own, ...listIn(item).flatMap((child) => requestsIn(objectIn(child), path, fill))];
}

function sampleBody({ request, path }: Found, fill: Fill): string | undefined {
	const raw = textIn(objectIn(objectIn(request).body).raw);
	return raw.trim() === '' ? undefined : fill(raw, path, leave);
}

/** The address of the API that a request belongs to. */
function baseOf({ address }: Found): string {
	return address.replace(/\/(run_task|task_status)([/?#].*)?$/s, '');
}

/** A request's URL, as text or in parts, its path variables filled in; empty where it has none. */
function urlOf(request: unknown): string {
	const { url = request } = objectIn(request);
	if (typeof url !== 'object') return textIn(url);
	const { raw, protocol, host, port, path, variable } = objectIn(url);
	const joined = (parts: unknown, separator: string) =>
		Array.isArray(parts)
			? parts.map((part) => textIn(part) || textIn(objectIn(part).value)).join(separator)
			: textIn(parts);
	const scheme = textIn(protocol).replace(/(?<![:/]):?\/*$/, '');
	const origin = `${scheme && `${scheme}://`}${joined(host, '.')}${textIn(port) && `:${textIn(port)}`}`;
	const parts = `${origin}/${joined(path, '/').replace(/^\//, '')}`;
	const values = pairsIn(variable);
	return (textIn(raw) || (parts === '/' ? '' : parts)).replace(
		/\/:([^/?#]+)/g,
		(all, name: string) => {
			const value = values.get(name) ?? '';
			return value === '' ? all : `/${value}`;
		},
	);
}

/**
 * The nearest token to a request, variables not filled in: its own, its header's, its folder's, …, the collection's. A
 * request or folder that says it uses another auth, or none, inherits no token.
 */
function tokenOf({ request, path }: Found): string {
	const { auth, header } = objectIn(request);
	const [[, inHeader = ''] = []] = [...pairsIn(header)].filter(([key]) => isAuthorization(key));
	let isOwn = true;
	for (const level of [auth, ...path.map((above) => above.auth).reverse()]) {
		const { type, bearer, apikey } = objectIn(level);
		const key = pairsIn(apikey);
		const isKey = type === 'apikey' && isAuthorization(key.get('key') ?? '');
		const token = type === 'bearer' ? pairsIn(bearer).get('token') : isKey ? key.get('value') : '';
		if (token || (isOwn && inHeader)) return token || inHeader;
		if (typeof type === 'string' && type !== 'bearer') return '';
		isOwn = false;
	}
	return '';
}

function isAuthorization(name: string): boolean {
	return /^authorization$/i.test(name);
}

/**
 * Replaces `{{name}}` by the variable of that name, the nearest to the request first.
 * @param whenUndefined what stands for a variable that nobody defines, or that is defined by itself
 */
type Fill = (
	text: string,
	path: Json[],
	whenUndefined: (name: string, all: string) => string,
) => string;

/** What fills the texts of one collection; they share the bounds. */
function createFilling(): Fill {
	const left = { ...most };
	const variables = new Map<Json, Map<string, string>>();
	const variablesOf = (folder: Json) => {
		const known = variables.get(folder) ?? pairsIn(folder.variable);
		variables.set(folder, known);
		return known;
	};
	return (text, path, whenUndefined) => {
		const replaceVariables = (part: string, depth: number): string =>
			part.replace(/\{\{([^{}]+)\}\}/g, (all, inner: string) => {
				const name = inner.trim();
				left.replacements -= 1;
				if (left.replacements < 0) return whenUndefined(name, all);
				const folder = path.findLast((level) => variablesOf(level).has(name));
				const value = folder && variablesOf(folder).get(name);
				left.characters -= value?.length ?? 0;
				return value === undefined || depth > deepestVariable || left.characters < 0
					? whenUndefined(name, all)
					: replaceVariables(value, depth + 1);
			});
		return replaceVariables(text, 1);
	};
}

/** In a body, braces may be part of a prompt: what is no variable stays as it is. */
function leave(_name: string, all: string): string {
	return all;
}

function undefinedVariable(name: string): never {
	throw invalidInput(
		`The Postman collection uses the variable '${name}', but does not define it`,
		"Variables of a Postman environment are not part of the collection: replace them by their values, or choose 'Enter URL and Token'.",
	);
}

/** Names and values: as v2.1 lists them, as v2.0 names them, or in lines; older collections call the key `id`. */
function pairsIn(given: unknown): Map<string, string> {
	if (typeof given === 'string') {
		const lines = given.split('\n').map((line) => /^([^:]*):?(.*)$/s.exec(line) ?? []);
		return new Map(lines.map(([, key = '', value = '']) => [key.trim(), value.trim()]));
	}
	if (!Array.isArray(given)) {
		return new Map(Object.entries(objectIn(given)).map(([key, value]) => [key, textIn(value)]));
	}
	const entries = given.map(objectIn).filter(({ disabled }) => disabled !== true);
	return new Map(entries.map(({ id, key = id, value }) => [textIn(key), textIn(value)]));
}

function listIn(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function textIn(value: unknown): string {
	return typeof value === 'object' || value === undefined ? '' : String(value);
}

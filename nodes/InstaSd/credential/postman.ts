import { invalidInput } from '../api/failures';
import { collection, folder, type Folder, type Request } from './postmanFormat';

/** What a Postman collection, or a curl command, tells of an API. */
export interface Collected {
	apiUrl: string;
	apiToken: string;
	/** The body of Run Task, as text; undefined where there is none. */
	requestExample: string | undefined;
}

/** A request of the collection. */
interface Found {
	request: Request;
	/** From the collection down to the request. */
	path: Folder[];
	/** Its URL, with those variables filled in that are defined. */
	address: string;
}

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content.";

/** Deeper than people nest folders, or variables in variables. */
const deepestFolder = 50;
const deepestVariable = 5;

/** The Postman collection that a JSON value is (format v2.0 or v2.1); undefined where it is none. */
export function collectionIn(value: unknown): Folder | undefined {
	return collection.safeParse(value).data;
}

/**
 * URL, token and sample body of an API from its Postman collection, with its variables filled in.
 * @throws Failure INVALID_INPUT that names what could not be found
 */
export function readCollection(root: Folder): Collected {
	const { fill, found, submit } = openCollection(root);
	const base = baseOf(submit);
	// The token of another API is of no use here, and must not be sent here.
	const siblings = found.filter((other) => other !== submit && baseOf(other) === base);
	const holder = [submit, ...siblings].find((candidate) => tokenOf(candidate) !== undefined);
	if (holder === undefined) {
		throw invalidInput(
			'The Postman collection has no bearer token: neither the request to run_task, nor its folders, the collection or a header',
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	return {
		apiUrl: fill(submit.request.url, submit.path, undefinedVariable),
		apiToken: fill(tokenOf(holder) ?? '', holder.path, undefinedVariable),
		requestExample: sampleBody(submit, fill),
	};
}

/**
 * The sample body of a Postman collection, with its variables filled in.
 * @throws Failure INVALID_INPUT where it has none
 */
export function bodyOf(root: Folder): string {
	const { fill, submit } = openCollection(root);
	const sample = sampleBody(submit, fill);
	if (sample !== undefined) return sample;
	throw invalidInput(
		'The Postman collection has no sample body in its request to run_task',
		"Copy the sample request body of Run Task from 'API Instructions' of your API in InstaSD into 'Request Example' of the credential.",
	);
}

/** The collection's requests, the one to run_task, and what fills in their variables. */
function openCollection(root: Folder): { fill: Fill; found: Found[]; submit: Found } {
	const fill = createFilling();
	const found = requestsIn(root, [], fill);
	const submit = found.find(({ address }) => /\/run_task\/*([?#]|$)/.test(address));
	if (submit !== undefined) return { fill, found, submit };
	throw invalidInput(
		`The Postman collection has no request to run_task; it has: ${listed(found)}`,
		whereToFind,
	);
}

function sampleBody({ request, path }: Found, fill: Fill): string | undefined {
	const raw = request.body?.raw ?? '';
	return raw.trim() === '' ? undefined : fill(raw, path, leave);
}

function requestsIn(current: Folder, above: Folder[], fill: Fill): Found[] {
	const path = [...above, current];
	const { request, item = [] } = current;
	const own =
		request === undefined
			? []
			: [{ request, path, address: fill(request.url, path, leave).trim() }];
	if (path.length > deepestFolder) return own;
	const below = item.flatMap((child) => {
		const parsed = folder.safeParse(child);
		return parsed.success ? requestsIn(parsed.data, path, fill) : [];
	});
	return [...own, ...below];
}

/** The address of the API that a request belongs to. */
function baseOf({ address }: Found): string {
	return address.replace(/\/(run_task|task_status)([/?#].*)?$/s, '');
}

/**
 * The nearest token to a request, variables not filled in: its own, its header's, its folder's, …, the collection's. A
 * request or folder that says it uses another auth, or none, inherits no token.
 */
function tokenOf({ request, path }: Found): string | undefined {
	const header = request.header.find(({ key }) => /^authorization$/i.test(key));
	const levels = [request.auth, ...path.map((level) => level.auth).reverse()];
	const end = levels.indexOf(null);
	const [own, ...inherited] = end === -1 ? levels : levels.slice(0, end);
	return (
		[own, header?.value, ...inherited].find(
			(token) => token !== undefined && token !== null && token !== '',
		) ?? undefined
	);
}

/**
 * Replaces `{{name}}` by the variable of that name, the nearest to the request first.
 * @param whenUndefined what stands for a variable that nobody defines, or that is defined by itself
 */
type Fill = (
	text: string,
	path: Folder[],
	whenUndefined: (name: string, all: string) => string,
) => string;

/** Variables that hold variables, or are used by every request, fill the memory; a real collection has a few dozen. */
const most = { replacements: 100_000, characters: 10_000_000 };

/** What fills the texts of one collection; they share the bounds. */
function createFilling(): Fill {
	const left = { ...most };
	return (text, path, whenUndefined) => {
		const replaceVariables = (part: string, depth: number): string =>
			part.replace(/\{\{([^{}]+)\}\}/g, (all, inner: string) => {
				const name = inner.trim();
				const value = path.findLast(({ variable }) => variable.has(name))?.variable.get(name);
				left.replacements -= 1;
				left.characters -= value?.length ?? 0;
				const isOver = left.replacements < 0 || left.characters < 0;
				return value === undefined || depth > deepestVariable || isOver
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

function listed(found: Found[]): string {
	if (found.length === 0) return 'no requests';
	const names = found.map(({ path }) => `'${path[path.length - 1]?.name ?? ''}'`);
	return names.length > 10
		? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
		: names.join(', ');
}

import { z } from 'zod';

import { invalidInput } from '../api/failures';

/** What a Postman collection tells of an API. */
export interface Collected {
	apiUrl: string;
	apiToken: string;
	/** The body of the run_task request, as text; undefined where the request has none. */
	requestExample: string | undefined;
}

const variable = z.object({ key: z.string(), value: z.coerce.string().catch('') });
const variables = z.array(variable.nullable().catch(null)).catch([]);
const url = z.union([
	z.string(),
	z.object({ raw: z.string() }).transform(({ raw }) => raw),
	z
		.object({
			protocol: z.string().default('https'),
			host: z.union([z.string(), z.array(z.string()).transform((parts) => parts.join('.'))]),
			path: z
				.union([z.string(), z.array(z.union([z.string(), z.object({ value: z.string() })]))])
				.default([]),
		})
		.transform(({ protocol, host, path }) => {
			const parts = typeof path === 'string' ? [path] : path;
			const joined = parts.map((part) => (typeof part === 'string' ? part : part.value)).join('/');
			return `${protocol}://${host}/${joined.replace(/^\//, '')}`;
		}),
]);
// v2.1 lists the token among { key, value } pairs, v2.0 names it.
const bearer = z
	.object({
		type: z.literal('bearer'),
		bearer: z.union([
			z.array(variable).transform((pairs) => pairs.find(({ key }) => key === 'token')?.value),
			z.object({ token: z.string() }).transform(({ token }) => token),
		]),
	})
	.transform((auth) => auth.bearer)
	.optional()
	.catch(undefined);
const header = z.union([
	z.array(variable.extend({ disabled: z.boolean().optional() }).nullable().catch(null)),
	z.string().transform((lines) =>
		lines.split('\n').map((line) => {
			const [key = '', ...value] = line.split(':');
			return { key: key.trim(), value: value.join(':').trim(), disabled: false };
		}),
	),
]);
const request = z.union([
	z.object({
		url,
		auth: bearer,
		header: header.catch([]),
		body: z.object({ raw: z.string() }).optional().catch(undefined),
	}),
	z.string().transform((text) => ({ url: text, auth: undefined, header: [], body: undefined })),
]);
const folder = z.object({
	name: z.string().catch(''),
	item: z.array(z.unknown()).optional().catch(undefined),
	request: request.optional().catch(undefined),
	auth: bearer,
	variable: variables,
});
const collection = folder.extend({ item: z.array(z.unknown()) });

type Folder = z.infer<typeof folder>;
interface Found {
	request: z.infer<typeof request>;
	/** From the collection down to the request. */
	path: Folder[];
}

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content.";

/**
 * URL, token and sample body of an API from its Postman collection (format v2.0 or v2.1), with its variables filled in.
 * @throws Failure INVALID_INPUT that names what could not be found
 */
export function readPostmanCollection(text: string): Collected {
	const root = parseCollection(text);
	const found = requestsIn(root, []);
	const submit = found.find(({ request: { url: address } }) =>
		/\/run_task\/?([?#].*)?$/.test(address.trim()),
	);
	if (submit === undefined) {
		throw invalidInput(
			`The Postman collection has no request to run_task; it has: ${listed(found)}`,
			whereToFind,
		);
	}
	const fill = filler(submit.path);
	const token = tokenOf(submit) ?? found.map(tokenOf).find((candidate) => candidate !== undefined);
	if (token === undefined) {
		throw invalidInput(
			'The Postman collection has no bearer token: neither the request to run_task, nor its folders, the collection or a header',
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	const raw = submit.request.body?.raw;
	return {
		apiUrl: fill(submit.request.url, undefinedVariable),
		apiToken: fill(token, undefinedVariable),
		// In a body braces may be part of a prompt: what is no variable stays as it is.
		requestExample: raw === undefined || raw.trim() === '' ? undefined : fill(raw, (_, all) => all),
	};
}

function parseCollection(text: string): Folder {
	if (text.trim() === '')
		throw invalidInput('The Postman collection in the credential is empty', whereToFind);
	try {
		const parsed = collection.safeParse(unwrap(JSON.parse(text)));
		if (parsed.success) return parsed.data;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw invalidInput(
			`The Postman collection in the credential is not JSON: ${reason}`,
			whereToFind,
		);
	}
	throw invalidInput(
		"The Postman collection in the credential is none: it has no list of requests ('item')",
		whereToFind,
	);
}

/** Postman's API gives a collection inside an object of that name. */
function unwrap(parsed: unknown): unknown {
	const outer = z.object({ collection: z.unknown() }).safeParse(parsed);
	return outer.success && outer.data.collection !== undefined ? outer.data.collection : parsed;
}

function requestsIn(current: Folder, above: Folder[]): Found[] {
	const path = [...above, current];
	const own = current.request === undefined ? [] : [{ request: current.request, path }];
	const below = (current.item ?? []).flatMap((child) => {
		const parsed = folder.safeParse(child);
		return parsed.success && path.length < 50 ? requestsIn(parsed.data, path) : [];
	});
	return [...own, ...below];
}

/** The nearest token to a request: its own, its header's, its folder's, …, the collection's; variables not filled in. */
function tokenOf({ request: { auth, header: headers }, path }: Found): string | undefined {
	const authorization = headers.find(
		(entry) => entry !== null && entry.disabled !== true && /^authorization$/i.test(entry.key),
	);
	const inherited = path.map((level) => level.auth).reverse();
	return [auth, authorization?.value, ...inherited].find(
		(token) => token !== undefined && token !== '',
	);
}

/** Replaces `{{name}}` by the variable of that name, the nearest to the request first. */
function filler(path: Folder[]) {
	const values = new Map(
		path
			.flatMap((level) => level.variable)
			.flatMap((entry) => (entry === null ? [] : [[entry.key, entry.value]])),
	);
	const fill = (
		text: string,
		whenUndefined: (name: string, all: string) => string,
		depth = 5,
	): string =>
		text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (all, name: string) => {
			const value = values.get(name);
			if (value === undefined) return whenUndefined(name, all);
			return depth > 0 ? fill(value, whenUndefined, depth - 1) : value;
		});
	return fill;
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

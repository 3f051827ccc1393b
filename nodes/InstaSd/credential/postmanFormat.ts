import { z } from 'zod';

/** What of Postman's collection format, v2.0 and v2.1, tells URL, token and body of a request. */

const text = z.string().catch('');
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String).catch('');

/** A variable, header or attribute; older collections call the key of a variable `id`. */
const pair = z.object({
	key: z.string().optional().catch(undefined),
	id: z.string().optional().catch(undefined),
	value: scalar,
	disabled: z.boolean().catch(false),
});
const pairs = z
	.array(pair.nullable().catch(null))
	.catch([])
	.transform((list) =>
		list.flatMap((entry) =>
			entry === null || entry.disabled
				? []
				: [{ key: entry.key ?? entry.id ?? '', value: entry.value }],
		),
	);

/** v2.1 lists the attributes of an auth as pairs, v2.0 names them. */
const attributes = z.union([
	z.record(scalar).transform((named) => new Map(Object.entries(named))),
	pairs.transform((list) => new Map(list.map(({ key, value }) => [key, value]))),
]);

/** The token of an auth; null where it is one without a token, undefined where it is left to the folder above. */
const auth = z
	.object({ type: z.string(), bearer: attributes, apikey: attributes })
	.transform(({ type, bearer, apikey }) => {
		if (type === 'bearer') return bearer.get('token') ?? '';
		const isAuthorization = /^authorization$/i.test(apikey.get('key') ?? '');
		return type === 'apikey' && isAuthorization ? (apikey.get('value') ?? '') : null;
	})
	.optional()
	.catch(undefined);

const hostOrPath = (separator: string) =>
	z
		.union([
			z.string(),
			z
				.array(z.union([z.string(), z.object({ value: text }).transform(({ value }) => value)]))
				.transform((parts) => parts.join(separator)),
		])
		.catch('');

const url = z.union([
	z.string(),
	z
		.object({
			raw: text,
			protocol: text,
			host: hostOrPath('.'),
			port: scalar,
			path: hostOrPath('/'),
			variable: pairs,
		})
		.transform(({ raw, protocol, host, port, path, variable }) => {
			const scheme = protocol === '' ? '' : `${protocol.replace(/(?<![:/]):?\/*$/, '')}://`;
			const origin = `${scheme}${host}${port === '' ? '' : `:${port}`}`;
			const address = raw === '' ? `${origin}/${path.replace(/^\//, '')}` : raw;
			const values = new Map(variable.map(({ key, value }) => [key, value]));
			return address.replace(/\/:([^/?#]+)/g, (all, name: string) => {
				const value = values.get(name) ?? '';
				return value === '' ? all : `/${value}`;
			});
		}),
]);

const headers = z.union([
	z.string().transform((lines) =>
		lines.split('\n').map((line) => {
			const [key = '', ...value] = line.split(':');
			return { key: key.trim(), value: value.join(':').trim() };
		}),
	),
	pairs,
]);

const request = z.union([
	z.object({
		url,
		auth,
		header: headers,
		body: z.object({ raw: z.string() }).optional().catch(undefined),
	}),
	z.string().transform((address) => ({
		url: address,
		auth: undefined,
		header: [],
		body: undefined,
	})),
]);

/** A folder, or a request with its name. */
export const folder = z.object({
	name: text,
	item: z.array(z.unknown()).optional().catch(undefined),
	request: request.optional().catch(undefined),
	auth,
	variable: pairs.transform((list) => new Map(list.map(({ key, value }) => [key, value]))),
});

/** The outermost folder; Postman's own API gives it inside an object of that name. */
export const collection = z.union([
	folder.extend({ item: z.array(z.unknown()) }),
	z
		.object({ collection: folder.extend({ item: z.array(z.unknown()) }) })
		.transform((outer) => outer.collection),
]);

export type Folder = z.infer<typeof folder>;
export type Request = z.infer<typeof request>;

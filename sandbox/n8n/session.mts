import { z } from 'zod';
import { PlainError } from './terminal.mts';
import type { WorkflowNode } from './workflows.mts';

/** Who owns every sandboxed n8n. Nothing outside this machine can reach it. */
export const OWNER = {
	email: 'sandbox@example.com',
	firstName: 'Sandbox',
	lastName: 'Owner',
	password: 'InstaSD-sandbox-1',
};

/** n8n's REST API as the editor uses it, logged in. */
export interface Session {
	url: string;
	/** The `n8n-auth` cookie as `name=value`, for a browser. */
	cookie: string;
	/**
	 * Asks n8n and gives back the `data` of its answer, to be parsed by the caller.
	 * @throws RestError for any status but 2xx
	 */
	request(method: string, path: string, body?: unknown): Promise<unknown>;
	/** The whole response, whatever its status: for files. */
	fetch(path: string): Promise<Response>;
}

/** n8n refused a request: its status and words. */
export class RestError extends Error {
	readonly status: number;

	constructor(method: string, path: string, status: number, words: string) {
		super(`n8n answered ${status} to ${method} ${path}: ${words.slice(0, 500)}`);
		this.status = status;
	}
}

/**
 * Logs in as the owner, who is made first in a new n8n.
 * @throws PlainError when the instance belongs to somebody else
 */
export async function signIn(url: string): Promise<Session> {
	const credentials = { emailOrLdapLoginId: OWNER.email, password: OWNER.password };
	const login = await send(url, 'POST', '/rest/login', credentials);
	if (login.ok) return session(url, cookieOf(login));
	const setup = await send(url, 'POST', '/rest/owner/setup', OWNER);
	if (setup.ok) return session(url, cookieOf(setup));
	throw new PlainError(`The sandbox's own login (${OWNER.email}) does not work in this n8n`, {
		advice: 'Was its password changed? Delete .sandbox/home to begin anew.',
		log: await setup.text(),
	});
}

const envelopeSchema = z.object({ data: z.unknown() });

function session(url: string, cookie: string): Session {
	return {
		url,
		cookie,
		fetch: (path) => send(url, 'GET', path, undefined, cookie),
		request: async (method, path, body) => {
			const response = await send(url, method, path, body, cookie);
			const text = await response.text();
			if (!response.ok) throw new RestError(method, path, response.status, text);
			return envelopeSchema.parse(JSON.parse(text)).data;
		},
	};
}

async function send(
	url: string,
	method: string,
	path: string,
	body: unknown,
	cookie?: string,
): Promise<Response> {
	return await fetch(`${url}${path}`, {
		method,
		headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
}

function cookieOf(response: Response): string {
	const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
	return cookies.find((cookie) => cookie.startsWith('n8n-auth=')) ?? '';
}

/** A credential's content, before n8n encrypts it. */
export interface Credential {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

const savedSchema = z.object({ id: z.string() });

/**
 * Creates a credential, or changes the one with this id while it exists.
 * @returns its id
 */
export async function saveCredential(
	session: Session,
	credential: Credential,
	id?: string,
): Promise<string> {
	if (id !== undefined) {
		try {
			await session.request('PATCH', `/rest/credentials/${id}`, credential);
			return id;
		} catch (error) {
			if (!(error instanceof RestError && error.status === 404)) throw error;
		}
	}
	return savedSchema.parse(await session.request('POST', '/rest/credentials', credential)).id;
}

const listSchema = z.array(z.object({ id: z.string(), type: z.string() }));

/** Removes all credentials of a type. */
export async function removeCredentials(session: Session, type: string): Promise<void> {
	const all = listSchema.parse(await session.request('GET', '/rest/credentials'));
	for (const { id } of all.filter((credential) => credential.type === type)) {
		await session.request('DELETE', `/rest/credentials/${id}`);
	}
}

const testSchema = z.object({ status: z.string(), message: z.string() });

/** What the credential's test button shows. */
export async function testCredential(
	session: Session,
	credential: Credential & { id: string },
): Promise<z.infer<typeof testSchema>> {
	return testSchema.parse(
		await session.request('POST', '/rest/credentials/test', { credentials: credential }),
	);
}

const fieldsSchema = z.object({
	fields: z.array(
		z
			.object({ id: z.string(), displayName: z.string(), type: z.string().optional() })
			.passthrough(),
	),
	emptyFieldsNotice: z.string().optional(),
});

/** The form's fields as the editor asks n8n for them when a node is opened. */
export async function formFields(
	session: Session,
	node: WorkflowNode,
	{ path = 'parameters.inputs', methodName = 'getInputFields', version = 1 } = {},
): Promise<z.infer<typeof fieldsSchema>> {
	return fieldsSchema.parse(
		await session.request('POST', '/rest/dynamic-node-parameters/resource-mapper-fields', {
			nodeTypeAndVersion: { name: node.type, version },
			path,
			methodName,
			currentNodeParameters: node.parameters,
			credentials: node.credentials,
		}),
	);
}

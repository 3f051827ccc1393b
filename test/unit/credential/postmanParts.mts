import { readPastedSetup } from '../../../nodes/InstaSd/credential/credential';
import { articleBody, refusalOf } from '../inputs/support.mts';

export type Json = Record<string, unknown>;
export const base = 'https://api.instasd.com/api_endpoints/abc123def456gh';
export const body = JSON.stringify(articleBody, null, 2);
export const token = 'sk-123';

export const v21 = (value: string) => ({
	type: 'bearer',
	bearer: [{ key: 'token', value, type: 'string' }],
});
export const v20 = (value: string) => ({ type: 'bearer', bearer: { token: value } });

/** A request to Run Task as Postman exports it, with what is said here instead. */
export const submit = (request: Json = {}): Json => ({
	name: 'Run Task',
	request: {
		method: 'POST',
		header: [{ key: 'Content-Type', value: 'application/json' }],
		body: { mode: 'raw', raw: body, options: { raw: { language: 'json' } } },
		url: { raw: `${base}/run_task`, protocol: 'https', host: ['api', 'instasd', 'com'] },
		...request,
	},
	response: [],
});
export const status = (request: Json = {}): Json => ({
	name: 'Task Status',
	request: { method: 'GET', header: [], url: `${base}/task_status/:task_id`, ...request },
	response: [],
});
export const collection = (item: unknown[], more: Json = {}): Json => ({
	info: {
		name: 'My API',
		schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
	},
	item,
	...more,
});
export const folder = (name: string, item: unknown[], more: Json = {}): Json => ({
	name,
	item,
	...more,
});
export const read = (found: unknown) => readPastedSetup(JSON.stringify(found));
export const refuse = (found: unknown) => refusalOf(() => read(found));
export const bearer = { auth: v21(token) };

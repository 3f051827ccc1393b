import type { EmulatedApi } from './server.mts';

/** The Postman collection that InstaSD offers for an API, as the text of its file. */
export function postmanCollectionOf({ name, apiUrl, token, requestExample }: EmulatedApi): string {
	const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
	const request = (method: string, path: string, body?: object) => ({
		name: path,
		request: { method, header: [], url: { raw: `{{base_url}}/${path}` }, ...body },
	});
	const raw = { mode: 'raw', raw: requestExample, options: { raw: { language: 'json' } } };
	const collection = {
		info: { name, schema },
		auth: { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] },
		variable: [{ key: 'base_url', value: apiUrl }],
		item: [request('POST', 'run_task', { body: raw }), request('GET', 'task_status/:task_id')],
	};
	return JSON.stringify(collection, null, '\t');
}

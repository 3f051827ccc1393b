/** A JSON object whose parts may be anything. */
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null;
}

/** The value itself, or an empty object in place of anything else. */
export function objectIn(value: unknown): Json {
	return isObject(value) ? value : {};
}

const textOrKey = /"[^"\\]*(?:\\.[^"\\]*)*"\s*:?/g;

function keysIn(json: string): number {
	return (json.match(textOrKey) ?? []).filter((found) => found.endsWith(':')).length;
}

/** What a JSON text says; undefined where it is none, or has a key twice in one object: JSON.parse would drop one. */
export function parsedJson(text: string): unknown {
	try {
		const json: unknown = JSON.parse(text);
		return !isObject(json) || keysIn(text) === keysIn(JSON.stringify(json)) ? json : undefined;
	} catch {
		return undefined;
	}
}

/** Whether a value is a node of a ComfyUI workflow, which has `inputs`, too. */
export function isNode(value: unknown): boolean {
	return typeof objectIn(value).class_type === 'string';
}

/** Other JSON than a request that people paste, each by its marks; the first that fits. */
const things: Readonly<Record<string, (json: Json) => boolean>> = {
	'an OpenAPI document': ({ openapi, swagger }) =>
		typeof openapi === 'string' || typeof swagger === 'string',
	'an n8n workflow': ({ nodes, connections }) =>
		Array.isArray(nodes) && typeof connections === 'object',
	'a ComfyUI workflow': (json) =>
		Array.isArray(json.nodes ?? objectIn(json.workflow).nodes) ||
		[[json], json, json.prompt].some((graph) => Object.values(objectIn(graph)).some(isNode)),
	'a Postman environment': ({ _postman_variable_scope: scope, name, values }) =>
		typeof scope === 'string' || (typeof name === 'string' && Array.isArray(values)),
	'a reply of Run Task or Task Status': (json) =>
		typeof json.inputs !== 'object' &&
		(/^(string|number)$/.test(typeof json.task_id) ||
			[json.image_urls, json.video_urls].some(Array.isArray)),
};

/** What a JSON value is that is no request to Run Task, by name; undefined where it is none of what people paste. */
export function jsonKind(value: unknown): string | undefined {
	const json = Array.isArray(value) ? {} : objectIn(value);
	return Object.entries(things).find(([, isThing]) => isThing(json))?.[0];
}

const asBash = "(copy it 'as cURL (bash)', or the request body alone)";

/** Other texts that people paste, each by its mark; the first that fits. */
const marks: Readonly<Record<string, RegExp>> = {
	'a web page': /^<(!doctype|!--|\?xml|[a-z][\w-]*[\s/>])/i,
	'an n8n expression, which a credential does not evaluate here': /^=?\s*\{\{/,
	'a URL': /^["'<]?((get|post)\s+)?https?:\/\/\S+$/i,
	'a ComfyUI workflow': /["']class_type["']\s*:/,
	[`a command for PowerShell ${asBash}`]:
		/\bInvoke-(?:RestMethod|WebRequest)\b|\bConvertTo-Json\b|\s-(?:Uri|Body)\s/,
	[`a command for Windows ${asBash}`]: /^[^"'\n]*\bcurl(?:\.exe\b|\s+\^)|\^[ \t]*\r?\n|"\{\s*""\w/m,
};

/** What a text is that holds no request to Run Task, by name; undefined where it is none of what people paste. */
export function textKind(text: string): string | undefined {
	return Object.entries(marks).find(([, mark]) => mark.test(text))?.[0];
}

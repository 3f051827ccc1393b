/** A JSON object whose parts may be anything. */
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null;
}

/** The value itself, or an empty object in place of anything else. */
export function objectIn(value: unknown): Json {
	return isObject(value) ? value : {};
}

const isNode = (value: unknown) => typeof objectIn(value).class_type === 'string';
const isGraph = (value: unknown) => Object.values(objectIn(value)).some(isNode);

/** Other JSON than a request that people paste, each by its marks; the first that fits. */
const things: ReadonlyArray<[name: string, isThing: (json: Json) => boolean]> = [
	[
		'an OpenAPI document',
		({ openapi, swagger }) => typeof openapi === 'string' || typeof swagger === 'string',
	],
	[
		'an n8n workflow',
		({ nodes, connections }) => Array.isArray(nodes) && typeof connections === 'object',
	],
	[
		"a ComfyUI workflow in the editor's format",
		({ nodes, links, last_node_id: last, workflow }) =>
			(Array.isArray(nodes) && (Array.isArray(links) || last !== undefined)) ||
			Array.isArray(objectIn(workflow).nodes),
	],
	[
		'a ComfyUI workflow in the API format',
		(json) => isNode(json) || isGraph(json) || isGraph(json.prompt),
	],
	[
		'a Postman environment',
		({ _postman_variable_scope: scope, name, values }) =>
			typeof scope === 'string' || (typeof name === 'string' && Array.isArray(values)),
	],
	[
		'a reply of Run Task or Task Status',
		({ task_id: id, image_urls: images, video_urls: videos, inputs }) =>
			typeof inputs !== 'object' &&
			(/^(string|number)$/.test(typeof id) || Array.isArray(images) || Array.isArray(videos)),
	],
];

/** What a JSON value is that is no request to Run Task, by name; undefined where it is none of what people paste. */
export function jsonKind(value: unknown): string | undefined {
	const json = objectIn(value);
	return things.find(([, isThing]) => isThing(json))?.[0];
}

/** What a text is that holds no request to Run Task, by name; undefined where it is none of what people paste. */
export function textKind(text: string): string | undefined {
	if (/^<(!doctype|!--|\?xml|[a-z][\w-]*[\s/>])/i.test(text)) return 'a web page';
	if (/^=?\s*\{\{/.test(text))
		return 'an n8n expression, which a credential does not evaluate here';
	if (/^(openapi|swagger)["']?\s*:/m.test(text)) return 'an OpenAPI document';
	if (/^["'<]?((get|post)\s+)?https?:\/\/\S+$/i.test(text)) return 'a URL';
	return undefined;
}

/** Languages whose texts are written in other ways than those of JavaScript and Python. */
const languages: ReadonlyArray<[name: string, marks: RegExp]> = [
	['PHP', /<\?php|\bcurl_(?:init|setopt)\b|\bjson_encode\(/],
	[
		'PowerShell',
		/\bInvoke-(?:RestMethod|WebRequest)\b|\bConvertTo-Json\b|^[ \t]*\$\w+ *= *@|"\{\s*`[n"]/m,
	],
	['PHP or PowerShell', /^[ \t]*\$\w+ *= *["'[]/m],
	[
		'Ruby',
		/["']\s*=>|#\{|\bNet::HTTP\b|\b(?:HTTP|Faraday|HTTParty)\.post\b|\.to_json\b|<<~|^(?:require ["']|end\b)/m,
	],
	['Go', /\bfunc main\(|\bhttp\.NewRequest\b|\b(?:strings|bytes)\.New\w+\(|\[\]byte\(|:=\s*`/],
	[
		'C#',
		/\bnew (?:HttpClient|StringContent|HttpRequestMessage|RestRequest)\b|@"\s*\{|\bvar \w+ = "{3}/,
	],
	['Java', /\bHttpRequest\.newBuilder\b|\bOkHttpClient\b|\bString \w+ = /],
	['Kotlin or Scala', /\bval \w+(?:: \w+)? = /],
	['Rust', /\breqwest::|\bjson!\(|\br#+"/],
	['Swift', /\bURLRequest\(|\bJSONSerialization\b|\blet \w+ = "{3}/],
	['C', /^#include\b|\bcurl_easy_\w+\(/m],
	['Lua', /\blocal \w+ = /],
	['Perl', /\bmy [$@%]\w/],
	['Elixir', /~[sS][("[{|]/],
	['a workflow of GitHub', /^[ \t-]*(?:run|uses): /m],
	['a command of xargs', /\bxargs\b/],
	['a Makefile', /^[\w.-]+:[^\n]*\n\t/m],
	['Dart', /\bfinal \w+ = |\bUri\.parse\(/],
];

const forWindows = /\bcurl(?:\.exe\b|\s+\^)|\^[ \t]*\r?\n|\s-(?:Uri|Body|ContentType)\s/;

/**
 * The language of a text by its marks, if this node does not read it; undefined for JavaScript, Python and bash.
 * @param around the text without the request in it, whose texts may have any marks
 */
export function languageOf(text: string, around: string): string | undefined {
	const language = languages.find(([, marks]) => marks.test(around))?.[0];
	return language ?? (forWindows.test(text) ? 'a command for Windows' : undefined);
}

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
		'a ComfyUI workflow',
		({ nodes, workflow, prompt, ...json }) =>
			Array.isArray(nodes ?? objectIn(workflow).nodes) ||
			[[json], json, prompt].some((graph) => Object.values(objectIn(graph)).some(isNode)),
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
	if (/^["'<]?((get|post)\s+)?https?:\/\/\S+$/i.test(text)) return 'a URL';
	return undefined;
}

const other = 'a program in another language than JavaScript, Python or bash';

/** Marks of what this node does not read, because its texts are written in other ways. */
const languages: ReadonlyArray<[name: string, marks: RegExp]> = [
	['PowerShell', /\bInvoke-\w|\bConvertTo-Json\b|"\{\s*`[n"]/],
	// PHP, and PowerShell by its variables
	[other, /<\?php|\bcurl_\w+\(|\bjson_encode\(|^[ \t]*\$\w+ *= *[@"'[]/m],
	// Ruby, Elixir
	[
		other,
		/["']\s*=>|#\{|\bNet::HTTP\b|\b(?:HTTP|Faraday|HTTParty)\.post\b|\.to_json\b|<<~|^(?:require ["']|end\b)|~[sS][("[{|]/m,
	],
	// Go
	[other, /\bfunc main\(|\bhttp\.NewRequest\b|\b(?:strings|bytes)\.New\w+\(|\[\]byte\(|:=\s*`/],
	// C#, Java, Kotlin, Scala, Swift, Dart, Lua
	[
		other,
		/\bnew (?:HttpClient|HttpRequestMessage|StringContent|RestRequest)\b|@"\s*\{|\b(?:let|var) \w+ = "{3}|\bHttpRequest\.newBuilder\b|\bOkHttpClient\b|\b(?:String|val|final|local) \w+(?:: \w+)? = |\bURLRequest\(|\bJSONSerialization\b|\bUri\.parse\(/,
	],
	// Rust, C, Perl
	[other, /\breqwest::|\bjson!\(|\br#+"|^#include\b|\bmy [$@%]\w/m],
	// GitHub's workflows, Makefiles, xargs
	[other, /^[ \t-]*(?:run|uses): |^[\w.-]+:[^\n]*\n\t|\bxargs\b/m],
];

const forWindows = /\bcurl(?:\.exe\b|\s+\^)|\^[ \t]*\r?\n|\s-(?:Uri|Body|ContentType)\s/;

/**
 * What a text looks like by its marks, if it is a program or command that this node does not read.
 * @param around the text without the request in it, whose texts may have any marks
 */
export function languageOf(text: string, around: string): string | undefined {
	const language = languages.find(([, marks]) => marks.test(around))?.[0];
	return language ?? (forWindows.test(text) ? 'a command for Windows' : undefined);
}

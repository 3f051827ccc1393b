import * as z from 'zod';

export interface ReplyBody {
	/** The parsed body, or the beginning of its text if it is not JSON or too long. */
	body: unknown;
	/**
	 * The task id, even if the rest is unreadable; undefined if there is none. A number is kept as its digits, because
	 * parsing changes numbers beyond 2^53.
	 */
	taskId?: string | undefined;
}

const named = z.object({ task_id: z.union([z.string(), z.number()]) });

/** The task id in JSON text, even if the text is broken. */
const writtenId =
	/"task_id"\s*:\s*(?:"((?:[^"\\]|\\.){1,1000})"|(-?\d[\d.eE+-]{0,1000})(?=[\s,}\]]))/g;

/** The escapes that JSON may use for characters of a token. */
const escapes = /\\(?:u([\da-f]{4})|([/\\]))/gi;

/** Of a reply that is not JSON, this many characters are kept, out of this many from which the token is removed. */
const excerptLength = 200;
const cleanedLength = 100_000;
const maxTokenLength = 16_384;

/** More than any service needs; still deeper nesting would overflow the stack when n8n processes the item. */
const maxDepth = 100;

/**
 * Reads the text of a reply.
 * @param isWhole whether the text is complete
 * @param clean removes the token from a text
 */
export function readBody(
	text: string,
	isWhole: boolean,
	clean: (text: string) => string,
): ReplyBody {
	const body = isWhole ? parseJson(text, clean) : undefined;
	if (body !== undefined) {
		const id = named.safeParse(body).data?.task_id;
		return { body, taskId: typeof id === 'number' ? digitsOf(id, text) : id };
	}
	const plain = text
		.slice(0, cleanedLength)
		.replace(escapes, (_, code, char) => char ?? String.fromCharCode(parseInt(code, 16)));
	const [[, quoted, digits] = []] = text.matchAll(writtenId);
	const taskId = quoted === undefined ? digits : parseJson(`"${quoted}"`, clean);
	const isCut = !isWhole || text.length > cleanedLength;
	return {
		// The end of a cut text may hold part of a token, which `clean` does not recognize.
		body: clean(plain)
			.slice(0, isCut ? -maxTokenLength : undefined)
			.slice(0, excerptLength),
		taskId: typeof taskId === 'string' ? taskId : quoted,
	};
}

/** Parses JSON and removes the token; undefined if the text is not JSON. */
function parseJson(text: string, clean: (text: string) => string): unknown {
	try {
		if (!text.includes('\\')) return sanitize(maxDepth, JSON.parse(clean(text)));
		// Serialized again, neither the token nor any key contains escapes.
		return JSON.parse(clean(JSON.stringify(sanitize(maxDepth, JSON.parse(text)))));
	} catch {
		return undefined;
	}
}

/** Cuts off what is nested too deeply for n8n, and removes fields that would become the prototype of a copy. */
function sanitize(levels: number, value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (levels === 0) return '(nested too deeply)';
	for (const [key, inner] of Object.entries(value)) {
		if (key === '__proto__') Reflect.deleteProperty(value, key);
		else if (typeof inner === 'object') Reflect.set(value, key, sanitize(levels - 1, inner));
	}
	return value;
}

/** The digits of a numeric id, as written in the text. */
function digitsOf(id: number, text: string): string {
	for (const [, , digits] of text.matchAll(writtenId)) {
		if (digits !== undefined && Number(digits) === id) return digits;
	}
	return String(id);
}

/** What came back from a call, before the body is interpreted. */
export type Reply =
	| ({ kind: 'received'; httpStatus: number; retryAfter: string | undefined } & ReplyBody)
	| { kind: 'lost'; errorCode: string };

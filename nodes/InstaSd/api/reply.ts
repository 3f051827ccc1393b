import { z } from 'zod';

/** What is read of a reply's body. */
export interface ReplyBody {
	/** The parsed body, or the beginning of its text where that is not JSON, or too long. */
	body: unknown;
	/**
	 * The id of the task that it names, as it is written, also where the rest cannot be read: numbers beyond 2^53 are
	 * changed by parsing. Undefined where it names none.
	 */
	taskId: string | undefined;
}

const named = z.object({ task_id: z.union([z.string(), z.number()]) });

/** The id in a text that names a task, as it is written there. */
const writtenId =
	/"task_id"\s*:\s*(?:"((?:[^"\\]|\\.){1,1000})"|(-?\d[\d.eE+-]{0,1000})(?=[\s,}\]]))/g;

/** What JSON may write instead of a character that a token can have. */
const escapes = /\\(?:u([\da-f]{4})|([/\\]))/gi;

/** How many characters are kept of a reply that is not JSON, and how many are cleaned for that: it may quote a token. */
const longestBeginning = 200;
const beginningWithRoom = 100_000;
const longestToken = 16_384;

/** Deeper than any service nests its reply; what n8n does with an item would overflow the stack. */
const deepest = 100;

/**
 * Reads the text of a reply.
 * @param isWhole whether the text goes to its end
 * @param clean takes the token out of a text
 */
export function readBody(
	text: string,
	isWhole: boolean,
	clean: (text: string) => string,
): ReplyBody {
	const body = isWhole ? parsed(text, clean) : undefined;
	if (body !== undefined) {
		const id = named.safeParse(body).data?.task_id;
		return { body, taskId: typeof id === 'number' ? digitsOf(id, text) : id };
	}
	const plain = text.slice(0, beginningWithRoom).replace(escapes, (_, code, sign: string) => {
		return code === undefined ? sign : String.fromCharCode(parseInt(code, 16));
	});
	const [[, quoted, digits] = []] = text.matchAll(writtenId);
	const taskId = quoted === undefined ? digits : parsed(`"${quoted}"`, clean);
	const isCut = !isWhole || text.length > beginningWithRoom;
	return {
		// The end of a text that was cut may hold a part of a token, which `clean` does not know.
		body: clean(plain)
			.slice(0, isCut ? -longestToken : undefined)
			.slice(0, longestBeginning),
		taskId: typeof taskId === 'string' ? taskId : quoted,
	};
}

/** The JSON value of a text, without the token; undefined where it is none. */
function parsed(text: string, clean: (text: string) => string): unknown {
	try {
		if (!text.includes('\\')) return cutAt(deepest, JSON.parse(clean(text)));
		// Written anew, neither the token nor a key has escapes in it.
		return JSON.parse(clean(JSON.stringify(cutAt(deepest, JSON.parse(text)))));
	} catch {
		return undefined;
	}
}

/** A value without what is nested too deeply for n8n, and without fields that a copy would take for its prototype. */
function cutAt(levels: number, value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (levels === 0) return '(nested too deeply)';
	for (const [key, inner] of Object.entries(value)) {
		if (key === '__proto__') Reflect.deleteProperty(value, key);
		else if (typeof inner === 'object') Reflect.set(value, key, cutAt(levels - 1, inner));
	}
	return value;
}

/** How an id that is a number is written in a text. */
function digitsOf(id: number, text: string): string {
	for (const [, , digits] of text.matchAll(writtenId)) {
		if (digits !== undefined && Number(digits) === id) return digits;
	}
	return String(id);
}

/** What came back from a call, before anybody has read the body. */
export type Reply =
	| {
			kind: 'answer';
			httpStatus: number;
			retryAfter: string | undefined;
			body: unknown;
			/** The id of the task that the body names, as it is written there. */
			taskId?: string | undefined;
	  }
	| { kind: 'lost'; errorCode: string };

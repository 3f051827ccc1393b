import { z } from 'zod';

import type { BoundedText } from './boundedText';
import { tidyJson } from './tidyJson';

/** Of a reply that is no JSON so much is kept, in characters. */
const longestBeginning = 200;
/** So much is looked at for it: with room for escapes, and for a token at the end that is cut, and so not known. */
const beginningWithRoom = 100_000;
const longestToken = 16_384;

const named = z.object({ task_id: z.union([z.string(), z.number()]) });
const text = z.string().catch('');

/** The id in a text that names a task, as it is written there. */
const writtenId =
	/"task_id"\s*:\s*(?:"((?:[^"\\]|\\.){1,1000})"|(-?\d[\d.eE+-]{0,1000})(?=[\s,}\]]))/;
/** What JSON may write instead of a character that a token can have. */
const escapes = /\\(?:u([\da-f]{4})|([/\\]))/gi;

/** A reply's body as it is read. */
export interface ReplyBody {
	/** The parsed body, or the beginning of its text where that is not JSON, or too long. */
	body: unknown;
	/**
	 * The id of the task that it names, as it is written, also where the rest cannot be read: numbers beyond 2^53 are
	 * changed by parsing. Undefined where it names none.
	 */
	taskId: string | undefined;
}

/**
 * Reads the text of a reply.
 * @param clean is applied to every text and key in it
 */
export function readBody(received: BoundedText, clean: (text: string) => string): ReplyBody {
	const body = received.isWhole ? parsed(received.text) : undefined;
	if (body === undefined) {
		return { body: beginningOf(received, clean), taskId: firstId(received.text, clean) };
	}
	const value = tidyJson(body.value, clean);
	const own = named.safeParse(value);
	if (!own.success) return { body: value, taskId: undefined };
	const { task_id: id } = own.data;
	return { body: value, taskId: typeof id === 'string' ? id : digitsOf(id, received.text) };
}

/** The JSON value of a text; undefined where it is none. */
function parsed(whole: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(whole) };
	} catch {
		return undefined;
	}
}

/** The beginning of a text that is no JSON, also where that is only written as if it were. */
function beginningOf({ text: all, isWhole }: BoundedText, clean: (text: string) => string): string {
	const isCut = !isWhole || all.length > beginningWithRoom;
	const cleaned = clean(all.slice(0, beginningWithRoom).replace(escapes, unescapedCharacter));
	return (isCut ? cleaned.slice(0, -longestToken) : cleaned).slice(0, longestBeginning);
}

function unescapedCharacter(_: string, code: string | undefined, character: string): string {
	return code === undefined ? character : String.fromCharCode(parseInt(code, 16));
}

/** The first id that a text names. */
function firstId(all: string, clean: (text: string) => string): string | undefined {
	const [, quoted, digits] = writtenId.exec(all) ?? [];
	return quoted === undefined ? digits : clean(unescaped(quoted));
}

/** How an id that is a number is written in a text. */
function digitsOf(id: number, all: string): string {
	for (const [, , digits] of all.matchAll(new RegExp(writtenId, 'g'))) {
		if (digits !== undefined && Number(digits) === id) return digits;
	}
	return String(id);
}

function unescaped(quoted: string): string {
	try {
		return text.parse(JSON.parse(`"${quoted}"`));
	} catch {
		return quoted;
	}
}

import { z } from 'zod';

/** The longest reply that is parsed, in characters; a status is a few kilobytes. */
const longestParsed = 5_000_000;

const fields = z.record(z.unknown());
const named = z.object({ task_id: z.union([z.string(), z.number()]) });
const text = z.string().catch('');

/** The id in a text that names a task, as it is written there. */
const writtenId = /"task_id"\s*:\s*(?:"((?:[^"\\]|\\.){1,1000})"|(-?\d[\d.eE+-]{0,1000}))/;

/** A reply's body as it is read. */
export interface ReplyBody {
	/** The parsed body, or the text itself where it is not JSON, or its beginning where it is too long. */
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
export function readBody(received: unknown, clean: (text: string) => string): ReplyBody {
	const whole = text.parse(received);
	if (whole.length > longestParsed) {
		return { body: clean(whole.slice(0, 1000)).slice(0, 200), taskId: firstId(whole, clean) };
	}
	const body = parse(whole, clean);
	if (body === undefined) return { body: clean(whole), taskId: firstId(whole, clean) };
	const own = named.safeParse(body.value);
	if (!own.success) return { body: body.value, taskId: undefined };
	const { task_id: id } = own.data;
	return {
		body: body.value,
		taskId: typeof id === 'string' ? id : digitsOf(id, whole),
	};
}

/** The JSON value of a text; undefined where it is none. */
function parse(whole: string, clean: (text: string) => string): { value: unknown } | undefined {
	try {
		// What is not in the whole text is in none of its parts, unless it is written with escapes.
		if (clean(whole) === whole && !whole.includes('\\')) return { value: JSON.parse(whole) };
		return {
			value: JSON.parse(whole, (_, value: unknown) => {
				if (typeof value === 'string') return clean(value);
				const parsed = fields.safeParse(value);
				if (!parsed.success || Object.keys(parsed.data).every((key) => clean(key) === key))
					return value;
				return Object.fromEntries(
					Object.entries(parsed.data).map(([key, each]) => [clean(key), each]),
				);
			}),
		};
	} catch {
		return undefined;
	}
}

/** The first id that a text names. */
function firstId(whole: string, clean: (text: string) => string): string | undefined {
	const [, quoted, digits] = writtenId.exec(whole) ?? [];
	return quoted === undefined ? digits : clean(unescaped(quoted));
}

/** How an id that is a number is written in a text. */
function digitsOf(id: number, whole: string): string {
	for (const [, , digits] of whole.matchAll(new RegExp(writtenId, 'g'))) {
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

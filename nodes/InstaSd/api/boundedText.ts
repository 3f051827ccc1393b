import type { limits } from './limits';

/** The most that is taken of a text; see {@link limits}. */
export type TextBounds = (typeof limits)['reply'];

/** A text as far as it was read. */
export interface BoundedText {
	text: string;
	/** False where it goes on, and is no longer listened to. */
	isWhole: boolean;
}

const comma = 0x2c;
const colon = 0x3a;
const quote = 0x22;
const bracket = 0x5b;
const brace = 0x7b;
const space = 0x20;

/**
 * Reads a body until its end, or until it is more than n8n should have to do with.
 * @param body its bytes, after decompression, in parts
 * @throws whatever ends the body before its end
 */
export async function readBoundedText(
	body: AsyncIterable<Uint8Array>,
	most: TextBounds,
): Promise<BoundedText> {
	const decoder = new TextDecoder();
	const marks: Marks = { values: 0, keys: 0, last: space };
	let text = '';
	let bytes = 0;
	for await (const part of body) {
		bytes += part.length;
		countMarks(part, marks);
		text += decoder.decode(part, { stream: true });
		if (bytes > most.bytes || marks.values > most.values || marks.keys > most.keys) {
			return { text, isWhole: false };
		}
	}
	return { text: text + decoder.decode(), isWhole: true };
}

/** What stands for the size of a JSON value: it can take thirty times the memory of its text, and as long as that. */
interface Marks {
	/** Entries of lists and objects, and what is empty; those in texts, too. */
	values: number;
	/** Names of fields. */
	keys: number;
	/** The last byte that is no white space, or the space before all. */
	last: number;
}

function countMarks(part: Uint8Array, marks: Marks): void {
	let { values, keys, last } = marks;
	for (let index = 0; index < part.length; index++) {
		const byte = part[index] ?? space;
		if (byte <= space) continue;
		if (byte === comma || byte === bracket || byte === brace) values += 1;
		else if (byte === colon && last === quote) keys += 1;
		last = byte;
	}
	Object.assign(marks, { values, keys, last });
}

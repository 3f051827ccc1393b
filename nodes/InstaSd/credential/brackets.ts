import { unescapeBackslashes } from './backslashes';

/** What begins at a `{`: an object up to its `}`, or why there is none. */
export type Cut =
	| { kind: 'closed'; end: number; text: string }
	/** The end of the text comes before the object's own, or a bracket closes another kind. */
	| { kind: 'unclosed' }
	/** Dots stand for what somebody left out. */
	| { kind: 'shortened' };

const pairs: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
/** For each kind of quotes what is of interest in a string that begins with one: its end, and what escapes it. */
const stringEnds: ReadonlyArray<{ quotes: string; inside: RegExp }> = [
	{ quotes: '"', inside: /[\\"]/g },
	{ quotes: "'", inside: /[\\']/g },
	{ quotes: '`', inside: /[\\`]/g },
	{ quotes: '“”„', inside: /[\\“”"]/g },
	{ quotes: '‘’', inside: /[\\‘’']/g },
];
/** What is of interest outside of strings: brackets, quotes, and beginnings of comments and ellipses. */
const outside = /[{}[\]"“”„'‘’`/#.…]/g;

/**
 * Cuts out the object that begins at a position. Its text comes without comments, and with its strings as JSON writes
 * them. Knows the strings and comments of JSON, JavaScript and Python, and the quotes of word processors. Takes time in
 * proportion to what it reads.
 */
export function cutObject(source: string, start: number): Cut {
	const open: string[] = [];
	let text = '';
	/** Up to where the source is in the text. */
	let taken = start;
	outside.lastIndex = start;
	for (let found = outside.exec(source); found !== null; found = outside.exec(source)) {
		const [sign] = found;
		const at = found.index;
		const closing = pairs[sign];
		if (closing !== undefined) {
			open.push(closing);
			continue;
		}
		if (sign === '}' || sign === ']') {
			if (open.pop() !== sign) return { kind: 'unclosed' };
			if (open.length > 0) continue;
			return { kind: 'closed', end: at + 1, text: text + source.slice(taken, at + 1) };
		}
		const part = commentAt(source, at) ?? stringAt(source, at, sign);
		if (part !== undefined) {
			text += source.slice(taken, at) + part.text;
			taken = outside.lastIndex = part.end;
		} else if (sign === '…' || source.startsWith('...', at)) return { kind: 'shortened' };
	}
	return { kind: 'unclosed' };
}

/** A comment or string, up to its end, and what to take for it. */
interface Part {
	end: number;
	text: string;
}

/** The comment that begins here; undefined where none does. */
function commentAt(source: string, at: number): Part | undefined {
	const isLine =
		source.startsWith('//', at) || (source[at] === '#' && /[\s,{[]/.test(source[at - 1] ?? ' '));
	if (!isLine && !source.startsWith('/*', at)) return undefined;
	const close = isLine ? '\n' : '*/';
	const end = source.indexOf(close, at + (isLine ? 1 : 2));
	return { end: end === -1 ? source.length : end + close.length, text: '\n' };
}

/**
 * The string that begins here; undefined where none does. A quote ends it where a value can end, so that an apostrophe
 * within a text does not.
 */
function stringAt(source: string, start: number, sign: string): Part | undefined {
	const inside = stringEnds.find(({ quotes }) => quotes.includes(sign))?.inside;
	if (inside === undefined) return undefined;
	inside.lastIndex = start + 1;
	for (let found = inside.exec(source); found !== null; found = inside.exec(source)) {
		const end = found.index + 1;
		if (found[0] === '\\') inside.lastIndex = end + 1;
		else if (canEndValue(source, end)) {
			return { end, text: JSON.stringify(unescapeBackslashes(source.slice(start + 1, end - 1))) };
		}
	}
	return { end: source.length, text: '' };
}

/** A separator, a bracket, a comment, the end; another string where a comma was forgotten. */
const afterValue = /\s*(?:[,:}\])/#]|$)|\s+["'“‘]/y;

function canEndValue(text: string, at: number): boolean {
	afterValue.lastIndex = at;
	return afterValue.test(text);
}

import { jsonParse } from 'n8n-workflow';

/** What a text holds at one of its `{`. */
export type Found =
	| { kind: 'object'; value: unknown; isRepaired: boolean }
	| {
			/** It has no end; dots say that some is left out; it is no JSON, and too long to be repaired. */
			kind: 'unclosed' | 'shortened' | 'tooLong';
			/** Whether it is a request body by its first key. */
			isBody: boolean;
	  };

/**
 * Bounds of the work on one text: objects to look at, characters to scan beside those of the text itself, and to repair.
 * The time of a repair grows with the square of the length: 0.5 s for 50,000.
 */
const most = { objects: 300, scannedAgain: 1_000_000, repaired: 100_000, repairedAtOnce: 50_000 };

/** How an object looks that stands inside a string of a program, by its first quote, and how to get it out of there. */
const escapings: ReadonlyArray<{ begins: RegExp; undo: (text: string) => string }> = [
	{ begins: /\{(?:\s|\\[rnt]|\\\r?\n)*\\"|\{\s*\\[rn]/y, undo: unescapeBackslashes },
	// PowerShell
	{ begins: /\{\s*`"/y, undo: (text) => text.replace(/`([\s\S])/g, '$1') },
	// C#
	{ begins: /\{\s*""\w/y, undo: (text) => text.replaceAll('""', '"') },
];

const startsWithInputs = /\{\s*["'“”‘’`]?inputs\b/y;

/**
 * The objects in a text, in the order of their first brackets, also those inside another: JSON, or what n8n can repair
 * to it, with anything around it. Takes bounded time.
 */
export function* objectsInText(text: string): Generator<Found, void> {
	const left = {
		objects: most.objects,
		scanned: text.length + most.scannedAgain,
		repaired: most.repaired,
	};
	for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
		const escaping = escapings.find(({ begins }) => matchesAt(begins, text, start));
		const source = escaping === undefined ? text : escaping.undo(text.slice(start));
		const from = escaping === undefined ? start : 0;
		const cut = cutObject(source, from);
		left.scanned -=
			cut.kind === 'closed' && escaping === undefined ? cut.end - start : text.length - start;
		left.objects -= 1;
		if (left.scanned < 0 || left.objects < 0) return;
		const isBody = matchesAt(startsWithInputs, source, from);
		yield cut.kind === 'closed'
			? readObject(source.slice(from, cut.end), cut.text, isBody, left)
			: { kind: cut.kind, isBody };
	}
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
	pattern.lastIndex = at;
	return pattern.test(text);
}

/** @param tidied the text as `cutObject` gives it */
function readObject(
	text: string,
	tidied: string,
	isBody: boolean,
	left: { repaired: number },
): Found {
	const strict = parsed(text, false);
	if (strict !== undefined) return { kind: 'object', value: strict, isRepaired: false };
	const nearly = parsed(tidied, false);
	if (nearly !== undefined) return { kind: 'object', value: nearly, isRepaired: true };
	if (tidied.length > Math.min(most.repairedAtOnce, left.repaired)) {
		return { kind: 'tooLong', isBody };
	}
	left.repaired -= tidied.length;
	return { kind: 'object', value: parsed(tidied, true), isRepaired: true };
}

/** What the text says, or undefined where it is no JSON. */
function parsed(text: string, repairJSON: boolean): unknown {
	return jsonParse<unknown>(text, { repairJSON, fallbackValue: () => undefined });
}

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

/** The escapes of `$'…'`, and of strings in most languages. */
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A text of a program without one level of its backslashes. */
export function unescapeBackslashes(text: string): string {
	return text.replace(
		/\\(?:u([\da-f]{4})|x([\da-f]{2})|(\r?\n|[\s\S]))/gi,
		(_all, unicode?: string, hexadecimal?: string, sign = '') =>
			unicode === undefined && hexadecimal === undefined
				? /^\s+$/.test(sign)
					? ''
					: (controls[sign] ?? sign)
				: String.fromCharCode(Number.parseInt(unicode ?? hexadecimal ?? '', 16)),
	);
}

import type { Failure } from '../api/failures';
import { quoted } from '../inputs/wording';
import { type Json, parsedJson } from './pasteKinds';
import { isCutOff, refusal, unreadable } from './refusals';

/** Spaces and comments, each up to where JavaScript and Python end it. */
const gap = /(?:\s+|#[^\n\r]*|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/y;
/** A text in quotes, a number or word, or any other sign. */
const nextToken =
	/"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|[\p{L}\p{N}_$.+-]+|[^]/uy;
/** A comment behind a number is a division in Python. */
const division = /\s*\/\//y;
const bareKey = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const python: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** Deeper than a request is ever nested, or lies in anything. */
export const deepest = 50;
/** More than any form can show, and still read in less than 0.1 s. */
export const mostEntries = 10_000;

const asJson =
	'Write it as JSON: keys and texts in straight quotes ("), each text on one line, a comma behind each value.';
const shortened = 'is shortened: it has dots (...) in place of a part';

/**
 * Reads the value at a position of a text, as JavaScript or Python would: JSON with comments, commas behind the last entry,
 * apostrophes as quotes, keys without quotes, True, False and None. Takes time in proportion to the value.
 * @param subject what errors call the text
 * @param hasQuotedKey whether the key before the value is in quotes
 * @returns the value, and where the next thing stands that is neither space nor comment
 * @throws Failure INVALID_INPUT that names the line, and the word or sign there that cannot be read
 */
export function readNearlyJson(text: string, start: number, subject: string, hasQuotedKey = false) {
	const reader = new Reader(text, start, subject, hasQuotedKey);
	const value = reader.value(0);
	return { value, end: reader.at };
}

class Reader {
	/** What stands at the position; empty at the end. */
	private token = '';

	private bareKeyAt: number | undefined;

	constructor(
		private readonly text: string,
		public at: number,
		private readonly subject: string,
		private hasQuotedKey: boolean,
	) {
		this.next();
	}

	value(depth: number): unknown {
		if (depth > deepest) throw this.unreadable(this.at, 'it is nested too deep');
		if (this.token === '{' && !this.text.startsWith('{{', this.at)) return this.object(depth);
		if (this.token === '[') return this.parts(']', () => this.value(depth + 1));
		return this.scalar();
	}

	private object(depth: number): Json {
		const entries = new Map<string, unknown>();
		this.parts('}', () => {
			const { at } = this;
			const key = this.key();
			if (entries.has(key)) throw this.unreadable(at, `the key ${quoted(key)} stands there twice`);
			if (this.token !== ':') throw this.unreadable(/^[,}]$/.test(this.token) ? at : this.at);
			this.next();
			entries.set(key, this.value(depth + 1));
		});
		return Object.fromEntries(entries);
	}

	/** What stands between two brackets, with commas in between. */
	private parts<T>(end: string, read: () => T): T[] {
		const parts: T[] = [];
		this.next();
		while (this.token !== end) {
			if (parts.push(read()) > mostEntries)
				throw this.unreadable(this.at, 'it has too many entries');
			if (this.token === ',') this.next();
			else if (this.token !== end) throw this.unreadable();
		}
		this.next();
		return parts;
	}

	private key(): string {
		const { token, at } = this;
		const isBare = bareKey.test(token);
		if (isBare) this.next();
		const key = isBare ? token : this.scalar();
		// JavaScript makes something else of this one.
		if (typeof key !== 'string' || key === '__proto__') throw this.unreadable(at);
		if (isBare) this.bareKeyAt ??= at;
		else this.hasQuotedKey ||= /^(inputs|title|value)$/.test(key);
		if (this.bareKeyAt === undefined || !this.hasQuotedKey) return key;
		// In Python, a key without quotes is a variable.
		throw this.unreadable(this.bareKeyAt);
	}

	/** A text, a number or a word. */
	private scalar(): unknown {
		const { token, at } = this;
		const isText = token.length > 1 && /^["']/.test(token);
		const json = token.startsWith("'") ? inDoubleQuotes(token) : (python[token] ?? token);
		const value = parsedJson(json);
		// Python keeps the backslash before a slash.
		const isOdd = isText && token.replaceAll('\\\\', '').includes('\\/');
		if (value === undefined || isOdd) throw this.unreadable();
		division.lastIndex = at + token.length;
		if (!isText && division.test(this.text)) throw this.unreadable(division.lastIndex - 2);
		this.next();
		return value;
	}

	/** Moves on to what is neither space nor comment. */
	private next(): void {
		gap.lastIndex = this.at + this.token.length;
		gap.test(this.text);
		this.at = nextToken.lastIndex = gap.lastIndex;
		this.token = nextToken.test(this.text) ? this.text.slice(this.at, nextToken.lastIndex) : '';
	}

	private unreadable(at = this.at, what?: string): Failure {
		const { text, token, subject } = this;
		const isOpen = /^["']$/.test(token) && !text.includes(token, at + 1);
		if (token === '' || isOpen) return isCutOff(subject);
		if (/^(\.\.\.|…)$/.test(token)) return refusal(subject, shortened, 'Copy all of it. ');
		return unreadable(text, at, subject, asJson, what);
	}
}

/** A text in apostrophes as JSON writes it. */
function inDoubleQuotes(text: string): string {
	const inside = text
		.slice(1, -1)
		.replace(/\\([^])|"/g, (all, sign) => (all === '"' ? '\\"' : sign === "'" ? "'" : all));
	return `"${inside}"`;
}

import { misfitAt, readText, Refusal } from './quotedText';

/** An object or text that a text holds, and where. */
export interface Literal {
	value: unknown;
	start: number;
	end: number;
}

/** Why a text is not a literal, and where. */
export interface Unread {
	/** As of {@link Refusal}. */
	why: string;
	at: number;
	/** Whether it is in a request whose inputs have begun. */
	isBody: boolean;
}

/** What is left of the work on one paste; without a bound, a hostile one would hold n8n for minutes. */
export interface Budget {
	tokens: number;
	objects: number;
}

/** Enough for what people paste, and not for more than 0.2 s. */
export function newBudget(): Budget {
	return { tokens: 100_000, objects: 1_000 };
}

const gap = /(?:\s+|(?:#|\/\/)[^\n]*|\/\*(?:[^]*?\*\/|[^]*))*/y;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const index = /(?:0|[1-9]\d{0,14})(?![\w$.])/y;
const number =
	/([+-]?)(0[xX][\da-fA-F]+|(?:(?:0|[1-9](?:_?\d)*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}\p{N}_$.])/uy;
/** A division in Python, or a comment of one word. */
const division = /[ \t]*\/\/[ \t]*[\w.(]+[ \t]*(?:[,}\])\r\n]|$)/y;
/** Postman draws an integer for these. */
const drawn = /\{\{\s*\$(?:randomInt|timestamp)\s*\}\}/y;
/** A variable as the whole of `inputs`: what it holds stands elsewhere. */
const reference = /[\w$.]+\s*[,}]/y;
const words = new Map<string, unknown>([
	...['true', 'True'].map((word) => [word, true] as const),
	...['false', 'False'].map((word) => [word, false] as const),
	...['null', 'None', 'undefined'].map((word) => [word, null] as const),
]);
/** What beginning to read costs, and what an error does. */
const tokensOfStart = 100;
/** Deeper than a request is ever nested. */
const deepest = 50;

/**
 * Reads the literal of JSON, JavaScript or Python that begins at a position: what these read alike, and nothing that would
 * have to be computed. Comments, trailing commas, bare keys and the quotes of word processors are fine. Takes time in
 * proportion to the part that it reads.
 * @returns the literal; or the complete objects inside it, why it cannot be read, and where to go on
 */
export function readLiteral(
	text: string,
	start: number,
	budget: Budget,
): { literals: Literal[]; unread?: Unread; end: number } {
	budget.tokens -= tokensOfStart;
	const reader = new LiteralReader(text, start, budget);
	let thrown: unknown;
	try {
		const value = reader.value(true);
		return { literals: [{ value, start, end: reader.at }], end: reader.at };
	} catch (error) {
		thrown = error;
	}
	if (!(thrown instanceof Refusal)) throw thrown;
	const { why, at } = thrown;
	const { complete: literals } = reader;
	const isBody = reader.isBody || why === 'tooLong';
	return { literals, unread: { why, at, isBody }, end: Math.max(at, start + 1) };
}

class LiteralReader {
	/** The objects read so far that lie in no other such. */
	readonly complete: Literal[] = [];

	isBody = false;

	private depth = 0;

	private firstBareKey: number | undefined;

	private hasQuotedKey = false;

	constructor(
		private readonly text: string,
		public at: number,
		private readonly budget: Budget,
	) {}

	/**
	 * A literal, or the text of several that are joined by `+`.
	 * @param mayAdjoin whether a line break alone joins them, too, as in Python; in a list, a comma may be missing
	 */
	value(mayAdjoin: boolean): unknown {
		let value = this.single();
		while (typeof value === 'string') {
			const end = this.at;
			const isSum = this.next() === '+';
			if (!isSum && !(mayAdjoin && this.text.slice(end, this.at).includes('\n'))) break;
			if (isSum) this.at += 1;
			const more = isSum ? this.single() : this.quoted();
			if (more === undefined) break;
			if (typeof more !== 'string') throw new Refusal('only texts can be joined', end);
			value += more;
		}
		return value;
	}

	private single(): unknown {
		const sign = this.next();
		if (this.depth > deepest) throw new Refusal('it is nested too deep', this.at);
		if (sign === '[') return this.list();
		if (sign === '{') return this.take(drawn) === undefined ? this.object() : NaN;
		if (sign !== '(') return this.quoted() ?? this.scalar();
		this.enter();
		const inner = this.value(true);
		if (this.next() !== ')') throw this.misfit(" (a ')' belongs there)");
		this.leave();
		return inner;
	}

	private object(): Record<string, unknown> {
		const start = this.at;
		const { length } = this.complete;
		const entries = new Map<string, unknown>();
		this.enter();
		while (this.next() !== '}') {
			const key = this.key();
			// In JavaScript, the object would not have it.
			const isLost = entries.has(key) || key === '__proto__';
			if (isLost) throw new Refusal(`the key '${key}' stands there twice`, this.at);
			const sign = this.next();
			if (/[,}]/.test(sign))
				throw new Refusal(`'${key}' is a variable: put its value there`, start);
			if (sign !== ':') throw this.misfit(" (a ':' belongs there)");
			this.at += 1;
			this.next();
			if (key === 'inputs') this.isBody ||= this.find(reference) === undefined;
			entries.set(key, this.value(true));
			this.separate('}');
		}
		this.leave();
		const value = Object.fromEntries(entries);
		this.complete.length = length;
		this.complete.push({ value, start, end: this.at });
		return value;
	}

	private key(): string {
		const { at } = this;
		const quoted = this.quoted();
		const bare = quoted ?? this.take(name)?.[0];
		const key = bare ?? this.take(index)?.[0];
		if (key === undefined) throw this.misfit(' (a key in quotes belongs there)');
		if (quoted === undefined && bare !== undefined) this.firstBareKey ??= at;
		if (quoted !== undefined && /^(inputs|title|value)$/.test(key)) this.hasQuotedKey = true;
		if (this.firstBareKey === undefined || !this.hasQuotedKey) return key;
		const why = 'a key without quotes is a variable in Python: put it in quotes like the others';
		throw new Refusal(why, this.firstBareKey);
	}

	private list(): unknown[] {
		const values: unknown[] = [];
		this.enter();
		while (this.next() !== ']') {
			values.push(this.value(false));
			this.separate(']');
		}
		this.leave();
		return values;
	}

	private separate(end: string): void {
		const sign = this.next();
		if (sign === ',') this.at += 1;
		else if (sign !== end) {
			throw this.misfit(': a comma is missing, or a quote in the text before it has no backslash');
		}
	}

	private quoted(): string | undefined {
		const found = readText(this.text, this.at);
		this.at = found?.end ?? this.at;
		return found?.value;
	}

	private scalar(): unknown {
		const [all, sign, digits = ''] = this.take(number) ?? [];
		if (all === undefined) {
			const word = this.find(name)?.[0] ?? '';
			if (!words.has(word)) throw this.misfit('');
			this.at += word.length;
			return words.get(word);
		}
		if (this.find(division) !== undefined) {
			throw new Refusal("'//' after a number is a division in Python: remove it", this.at);
		}
		const value = Number(digits.replaceAll('_', ''));
		if (!Number.isFinite(value)) throw new Refusal('the number is too large', this.at);
		return sign === '-' ? -value : value;
	}

	private enter(): void {
		this.depth += 1;
		this.at += 1;
	}

	private leave(): void {
		this.depth -= 1;
		this.at += 1;
	}

	/** Moves on to what is neither space nor comment, and returns its first character; empty at the end. */
	private next(): string {
		this.budget.tokens -= 1;
		if (this.budget.tokens < 0) throw new Refusal('tooLong', this.at);
		this.take(gap);
		return this.text[this.at] ?? '';
	}

	private find(pattern: RegExp): RegExpExecArray | undefined {
		pattern.lastIndex = this.at;
		return pattern.exec(this.text) ?? undefined;
	}

	private take(pattern: RegExp): RegExpExecArray | undefined {
		const found = this.find(pattern);
		this.at += found?.[0].length ?? 0;
		return found;
	}

	private misfit(expected: string): Refusal {
		return misfitAt(this.text, this.at, expected);
	}
}

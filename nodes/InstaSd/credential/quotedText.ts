/** Why a text cannot be read, and where. Thrown and caught within this room. */
export class Refusal extends Error {
	/** @param why a key of {@link incomplete}, or a sentence */
	constructor(
		readonly why: string,
		readonly at: number,
	) {
		super(why);
	}
}

/** What a paste is that is not whole. */
export const incomplete: Readonly<Record<string, string>> = {
	unclosed: 'is cut off: its brackets do not close',
	shortened: 'is shortened: it has dots (...) in place of a part',
	tooLong: 'is too long to be read: it has too much in or around the request body',
};

/** Why a text that goes over the end of its line is not read. */
export const openText = 'the text does not end in its line; write a line break in it as \\n';

const opening = /([a-zA-Z]{0,2})("""|'''|["'`“”„‘’])/y;
/** What can end a text, or must not stand in it. */
const special = /["'`“”„‘’\\\n]|\$\{/g;
/** What ends a text in the quotes of word processors; others end as they begin. */
const closing: Readonly<Record<string, string>> = { '“': '”', '„': '“”', '‘': '’' };
const escape = /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r?\n)|([^]))/g;
const controls = new Map(Object.entries({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' }));

/**
 * Reads the text in quotes that begins at a position, as JSON, JavaScript and Python read it. Takes time in proportion to
 * the text.
 * @returns undefined where none begins
 * @throws Refusal when these languages read it differently, or it would have to be computed
 */
export function readText(
	source: string,
	start: number,
): { value: string; end: number } | undefined {
	opening.lastIndex = start;
	const [all, prefix = '', quote = ''] = opening.exec(source) ?? [];
	if (all === undefined) return undefined;
	if (!/^[ru]?$/i.test(prefix)) {
		throw new Refusal('a program puts this text together: put the whole text there', start);
	}
	const from = start + all.length;
	const end = endOf(source, from, quote);
	const value = source.slice(from, end).replace(/\r\n?/g, '\n');
	if (hasManyEscapes(value)) throw new Refusal('tooLong', from);
	return {
		value: /r/i.test(prefix) ? value : unescaped(value, quote, from),
		end: end + quote.length,
	};
}

/** @throws Refusal where the text has no end, goes over lines that its quotes do not join, or has a variable in it */
function endOf(source: string, from: number, quote: string): number {
	const ends = closing[quote] ?? quote;
	special.lastIndex = from;
	for (let found = special.exec(source); found !== null; found = special.exec(source)) {
		const [sign] = found;
		const at = found.index;
		if (quote.length === 3 ? source.startsWith(quote, at) : ends.includes(sign)) return at;
		if (sign === '\\') special.lastIndex = at + 2;
		else if (sign === '\n' && quote.length === 1 && quote !== '`') {
			throw new Refusal(openText, from);
		} else if (sign === '${' && quote === '`') {
			throw new Refusal("the text has a variable ('${…}'): put its value there", at);
		} else if (sign === quote) throw new Refusal('there are quotes within quotes', at);
	}
	throw new Refusal('unclosed', from);
}

/** Whether a text has more backslashes than one that people paste: reading 100,000 takes 0.1 s. */
export function hasManyEscapes(text: string): boolean {
	return text.split('\\', 100_002).length > 100_000;
}

/**
 * A text without its backslashes.
 * @param from where it begins, for the error
 * @throws Refusal for a backslash that JavaScript and Python read differently
 */
export function unescaped(text: string, quote: string, from: number): string {
	return text.replace(
		escape,
		(_all: string, u?: string, x?: string, line?: string, sign = '', at = 0) => {
			const code = u ?? x;
			if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
			if (line !== undefined) return '';
			const isPlain = /[\\"']/.test(sign) || (quote === '`' && /[`$]/.test(sign));
			const known = isPlain ? sign : controls.get(sign);
			if (known !== undefined) return known;
			throw new Refusal(
				`a backslash before '${sign}' means different things in different languages: write two, or none`,
				from + at,
			);
		},
	);
}

/** A word, a path or a call, as an error quotes it. */
const expression =
	/(?:\.\.\.|\*\*)?[\p{L}\p{N}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*[([]?/uy;

/** Says what stands at a position and does not belong there. */
export function misfitAt(text: string, at: number, expected: string): Refusal {
	expression.lastIndex = at;
	const said = expression.exec(text)?.[0];
	const sign = text[at] ?? '';
	const isDots = sign === '…' || (said === undefined && text.startsWith('...', at));
	if (isDots) return new Refusal('shortened', at);
	if (sign === '' || (/[}\]]/.test(sign) && expected !== '')) return new Refusal('unclosed', at);
	if (/[}\]]/.test(sign)) return new Refusal('a value is missing', at);
	const what = `'${said?.slice(0, 40).replace(/[([]$/, '') ?? sign}'`;
	return new Refusal(
		expected !== '' || said === undefined || /^\d/.test(said)
			? `${what} is not understood${expected}`
			: `${what} is a ${said.endsWith('(') ? 'call' : 'variable'}: put its value there`,
		at,
	);
}

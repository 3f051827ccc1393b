import { unescapeBackslashes } from './objectsInText';

/** What a curl command says of a request. */
export interface Curl {
	/** Its URL; undefined where it has none. */
	url: string | undefined;
	/** What it sends as Authorization; undefined where it sends none. */
	token: string | undefined;
	/** Its bodies as text; `@name` is that of a file. */
	bodies: string[];
}

const command = /(?:^|[\s;&|$>(`])curl(?:\.exe)?(?=\s)/i;
const dataOption = /^--(?:data(?:-raw|-binary|-ascii|-urlencode)?|json)$/;
/** Options that take a word, which is then not the URL. */
const withWord =
	/^(?:-[XHduAbeoFmxTcKrw]|--(?:request|header|url|oauth2-bearer|user|user-agent|cookie|referer|output|form|max-time|connect-timeout|proxy|retry|retry-delay|cacert|cert|key))$/;

/** Reads a curl command; undefined where the text holds none. */
export function readCurl(text: string): Curl | undefined {
	const found = command.exec(text);
	if (found === null) return undefined;
	const curl: Curl = { url: undefined, token: undefined, bodies: [] };
	const words = shellWords(text.slice(found.index + found[0].length));
	for (let at = 0; at < words.length; at++) {
		const { option, value, isAttached } = splitOption(words[at] ?? '');
		if (option === undefined) {
			if (value !== undefined && isAddress(value)) curl.url ??= value;
			continue;
		}
		if (!withWord.test(option) && !dataOption.test(option)) continue;
		const given = isAttached ? (value ?? '') : (words[++at] ?? '');
		if (option === '-d' || dataOption.test(option)) curl.bodies.push(given);
		else if (option === '--url') curl.url ??= given;
		else if (option === '--oauth2-bearer') curl.token ??= given;
		else if (option === '-H' || option === '--header') {
			curl.token ??= /^authorization\s*:([\s\S]*)$/i.exec(given)?.[1]?.trim();
		}
	}
	return curl;
}

interface Word {
	option?: string;
	value?: string;
	isAttached: boolean;
}

/** `--name=value`, `-dvalue`, `-d`, or no option; a word processor makes another dash of one or two. */
function splitOption(word: string): Word {
	const straight = word.replace(/^[–—](?=[a-z]{2})/i, '--').replace(/^[–—]/, '-');
	const long = /^(--[a-z][\w-]*)(?:=([\s\S]*))?$/i.exec(straight);
	if (long !== null) {
		const [, option, value] = long;
		return { ...(option && { option }), ...(value && { value }), isAttached: value !== undefined };
	}
	const short = /^(-[a-z])([\s\S]*)$/i.exec(straight);
	if (short === null) return { value: word, isAttached: false };
	const [, option = '', value = ''] = short;
	// Only these are written so; "-sS" are two options.
	const isAttached = value !== '' && /^-[dHXu]$/.test(option);
	return isAttached || value === ''
		? { option, value, isAttached }
		: { option: straight, isAttached: false };
}

function isAddress(word: string): boolean {
	return (
		/^https?:\/\//i.test(word) ||
		/^[\w.-]+\.[a-z]{2,}(?::\d+)?\/\S*$/i.test(word) ||
		/^localhost[:/]/i.test(word)
	);
}

/** How a command line is written. */
interface Shell {
	/** Takes away what only joins its lines or protects its signs. */
	carets: RegExp;
	/** What a backslash does within double quotes. */
	escapes: RegExp;
}

const bash: Shell = { carets: /(?!)/g, escapes: /\\(\r?\n|["\\$`])/g };
/** Its backslashes escape quotes alone, and backslashes before one. */
const windows: Shell = { carets: /\^[ \t]*(\r?\n)/g, escapes: /\\("|\\(?=\\{0,50}"))/g };
/** Browsers copy a request for Windows with a caret before every sign, and two backslashes for each. */
const windowsFromBrowser: Shell = { carets: /\^(\s|\S)/g, escapes: /\\(["\\])/g };

const space = /\s+|\\\s+|`\r?\n/y;

/**
 * The words of a command as a shell reads them. A quote that does not close goes to the end of the text. Takes time in
 * proportion to the text.
 */
export function shellWords(command: string): string[] {
	const { carets, escapes } = shellOf(command);
	const text = straightQuotes(command.replace(carets, '$1'));
	const parts: ReadonlyArray<{ pattern: RegExp; read?: (inside: string) => string }> = [
		{ pattern: /\$'([^'\\]*(?:\\[\s\S][^'\\]*)*)(?:'|\\?$)/y, read: unescapeBackslashes },
		{ pattern: /'([^']*)(?:'|$)/y },
		{
			pattern: /"([^"\\]*(?:\\[\s\S][^"\\]*)*)(?:"|\\?$)/y,
			read: (inside) =>
				inside.replace(escapes, (_all, sign: string) => (/\n$/.test(sign) ? '' : sign)),
		},
		{ pattern: /\\([\s\S]?)/y },
		{ pattern: /([^\s'"\\$`]+|[$`])/y },
	];
	const words: string[] = [];
	let word: string | undefined;
	for (let at = 0; at < text.length; ) {
		const gap = matchAt(space, text, at);
		if (gap !== undefined) {
			if (word !== undefined) words.push(word);
			word = undefined;
			at += gap[0].length;
			continue;
		}
		for (const { pattern, read } of parts) {
			const found = matchAt(pattern, text, at);
			if (found === undefined) continue;
			const [all, inside = ''] = found;
			word = (word ?? '') + (read?.(inside) ?? inside);
			at += all.length;
			break;
		}
	}
	return word === undefined ? words : [...words, word];
}

function shellOf(command: string): Shell {
	if (/^\s*\^"/.test(command)) return windowsFromBrowser;
	return /\^[ \t]*\r?\n/.test(command) ? windows : bash;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
	pattern.lastIndex = at;
	return pattern.exec(text) ?? undefined;
}

/** Undoes what a word processor or a chat has made of the quotes of a command. */
function straightQuotes(text: string): string {
	return /["']/.test(text) ? text : text.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
}

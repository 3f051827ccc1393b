/** What a curl command says of a request. */
export interface Command {
	/** Its only URL; undefined where it has none, or several. */
	url: Word | undefined;
	/** What it sends as Authorization. */
	token: Word | undefined;
	/** What it sends, unless from a file: curl joins several. */
	data: Word[];
	/** Whether its last quote, or its last line, has no end. */
	isCutOff: boolean;
}

/** A word of a command. */
export interface Word {
	text: string;
	/** Where it begins. */
	at: number;
	/** Whether the shell would put something else in its place. */
	isFilledIn: boolean;
}

/** More than people paste; with all that 1 MB can hold, it would take 0.2 s. */
const most = { commands: 100, words: 1_000 };

const curl = /(?<![^\s(/])curl(?=\s)/g;
/** A gap between words, or a part of one: '…', $'…', "…", a sign behind a backslash, what has no quotes. */
const part =
	/((?:[ \t]|\r(?=\n)|\\\r?\n)+)|'([^']*)'|\$'([^'\\]*(?:\\[^][^'\\]*)*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|\\([^])|([^\s'"\\;&|()<>$`#]+|[$`]|(?<!\s)#)/gy;
const variable = /\$[\w{(!?#@*$-]|`/;
/** In $'…'. Of other signs, bash makes bytes, or leaves them as they are. */
const escape = /\\(?:([\\'"nrt])|u(?![dD][89a-fA-F]|0000)([\da-fA-F]{4})|)/g;
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
/** Options whose word may be another URL. */
const withAddress = /^(?:-[ex]|--(?:referer|proxy|preproxy|doh-url))$/;

/** The curl commands in a text, as bash reads them. Takes time in proportion to the text. */
export function curlCommands(text: string): Command[] {
	const commands: Command[] = [];
	const search = new RegExp(curl);
	while (commands.length < most.commands && search.test(text)) {
		const { words, end, isCutOff } = wordsAt(text, search.lastIndex);
		search.lastIndex = end;
		commands.push({ ...commandOf(words), isCutOff });
	}
	return commands;
}

function commandOf(words: Word[]): Omit<Command, 'isCutOff'> {
	/** What stands behind an option, or in the word after it. */
	const given = (option: RegExp) =>
		words.flatMap((word, at): Word[] => {
			const text = option.exec(word.text)?.[1];
			if (text === undefined || withAddress.test(words[at - 1]?.text ?? '')) return [];
			return text === '' ? words.slice(at + 1, at + 2) : [{ ...word, text }];
		});
	const urls = given(/^(?:--url=)?(https?:.*)$/i);
	const authorization = given(/^(?:-H|--header(?:=|$))(.*)$/).flatMap((header): Word[] => {
		const text = /^authorization\s*:(.*)$/i.exec(header.text)?.[1]?.trim();
		return text === undefined ? [] : [{ ...header, text }];
	});
	const data = given(/^(?:-d|--(?:data(?:-raw|-binary|-ascii)?|json)(?:=|$))([^]*)$/);
	return {
		url: urls.length === 1 ? urls[0] : undefined,
		token: authorization[0] ?? given(/^--oauth2-bearer(?:=|$)(.*)$/)[0],
		data: data.some(({ text }) => text.startsWith('@')) ? [] : data,
	};
}

/** The words from a position on, up to the end of the command. */
function wordsAt(text: string, start: number) {
	const words: Word[] = [];
	let word: Word | undefined;
	const wordAt = (at: number): Word => {
		if (word === undefined) words.push((word = { text: '', at, isFilledIn: false }));
		return word;
	};
	let end = start;
	part.lastIndex = start;
	for (const found of text.matchAll(part)) {
		end = found.index + found[0].length;
		if (found[1] !== undefined) word = undefined;
		else {
			const read = readPart(found);
			wordAt(found.index).text += read.text;
			wordAt(found.index).isFilledIn ||= read.isFilledIn;
		}
		if (words.length > most.words) break;
	}
	const isCutOff = /["'\\]/.test(text[end] ?? '');
	if (isCutOff) wordAt(end);
	return { words, end, isCutOff };
}

function readPart([, , single, ansi, double, escaped, bare]: RegExpExecArray) {
	if (bare !== undefined) return { text: bare, isFilledIn: /[$`{*?[~]/.test(bare) };
	if (ansi !== undefined) {
		let isFilledIn = false;
		const text = ansi.replace(escape, (_all, sign = '', code = '') => {
			isFilledIn ||= sign === '' && code === '';
			return code ? String.fromCharCode(Number.parseInt(code, 16)) : (controls[sign] ?? sign);
		});
		return { text, isFilledIn };
	}
	return {
		text: single ?? escaped ?? (double ?? '').replace(/\\(?:\r?\n|(["\\$`]))/g, '$1'),
		isFilledIn: variable.test((double ?? '').replace(/\\[^]/g, '')),
	};
}

import type { Budget } from './literals';
import { shellWords, type Word } from './shellWords';

/** What a command of curl, wget or httpie says of a request. */
export interface Command {
	start: number;
	end: number;
	/** Its URL; undefined where it has none. */
	url: string | undefined;
	/** What it sends as Authorization; undefined where it sends none. */
	token: string | undefined;
	/** What may be its body. */
	bodies: Word[];
}

const command = /(?<=^|[\s;&|>(`/])(?:curl|wget|(?:https?|xh)(?=\s+(?:-|GET\b|POST\b|:)))(?=\s)/g;
/** What only bash has: single quotes, and a backslash at the end of a line. */
const onlyBash = /\\\r?\n|[\s=]\$?'/;
/** Options whose word may look like the URL. */
const withAddress = /^(?:-[eAxboF]|--(?:referer|user-agent|proxy|cookie|output|form))$/;
const address = /^https?:\/\/|^[\w.-]+\.[a-z]{2,}(?::\d+)?\/\S*$|^localhost[:/]/i;

/** What reading a command costs beside its words. */
const tokensOfCommand = 100;

/** The commands in a text, as bash reads them. Takes time in proportion to the text. */
export function commandsIn(pasted: string, budget: Budget): Command[] {
	// What a word processor or a chat has made of the quotes of a command.
	const text = /["']/.test(pasted) ? pasted : pasted.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
	const isBash = onlyBash.test(text);
	const commands: Command[] = [];
	const search = new RegExp(command);
	for (let found = search.exec(text); found !== null; found = search.exec(text)) {
		const { words, end } = shellWords(text, search.lastIndex, isBash, budget);
		search.lastIndex = budget.tokens < 0 ? text.length : end;
		budget.tokens -= tokensOfCommand;
		commands.push({ ...readCommand(words), start: found.index, end });
	}
	return commands;
}

function readCommand(words: Word[]): Omit<Command, 'start' | 'end'> {
	// A word processor makes another dash of one or two.
	const texts = words.map(({ text }) =>
		text
			.trim()
			.replace(/^[–—](?=[a-z]{2})/i, '--')
			.replace(/^[–—]/, '-'),
	);
	const given = (option: RegExp) =>
		texts.flatMap((text, at) => {
			const [, value] = option.exec(text) ?? [];
			return value === undefined ? [] : [value || (texts[at + 1] ?? '')];
		});
	const headers = given(/^(?:-H|--header(?:=|$))([^]*)$/);
	const authorization = headers.map((header) => /^authorization\s*:([^]*)$/i.exec(header)?.[1]);
	const [bearer] = given(/^--oauth2-bearer(?:=|$)([^]*)$/);
	const [url] = given(/^--url(?:=|$)([^]*)$/);
	return {
		url:
			url ?? texts.find((text, at) => address.test(text) && !withAddress.test(texts[at - 1] ?? '')),
		token: authorization.find((value) => value !== undefined)?.trim() ?? bearer,
		bodies: words.flatMap((word) => {
			const text = word.text.replace(/^(?:-d|--[\w-]+=)/, '');
			return word.hasQuotedBrace === true && /^\s*\{/.test(text) ? [{ ...word, text }] : [];
		}),
	};
}

import type { Budget } from './literals';
import { hasManyEscapes, unescaped } from './quotedText';

/** A word of a command as bash reads it. */
export interface Word {
	text: string;
	/** Where it begins in the paste. */
	at: number;
	/** Whether its first `{` stands in quotes. */
	hasQuotedBrace?: boolean;
	/** Why it is not known what the word says. */
	doubt?: string;
}

/** A line break is one where the next line goes on with an option, a text or a URL. */
const gap = /[^\S\n]+|\n\s*(?=[-–—"']|https?:|$)/y;
const end = /[;&|()\n]/;
const part =
	/\$'([^'\\]*(?:\\[^][^'\\]*)*)'|'([^']*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|\\(\r?\n|[^]|$)|([^\s'"\\$`;&|()]+|[$`])|["']([^]*)/y;
const variable = /\$[\w{(!?#@*$-]|`/;
/** What bash reads as bytes, or leaves as it is. */
const rareEscape = /\\(?:[^nrtbfv\\"'u]|u(?![\da-fA-F]{4})|u0000|u[dD][89a-fA-F])/;

const filledIn = 'the shell fills in something there: put it into single quotes';
const ambiguous = 'bash and the command prompt of Windows read the backslashes differently';

/**
 * The words of a command from a position up to its end, such as a semicolon. Takes time in proportion to the command.
 * @param isBash whether the text is known not to be for the command prompt of Windows
 */
export function shellWords(
	text: string,
	start: number,
	isBash: boolean,
	budget: Budget,
): { words: Word[]; end: number } {
	const words: Word[] = [];
	let word: Word | undefined;
	let at = start;
	while (at < text.length && !(end.test(text[at] ?? '') && matchAt(gap, text, at) === undefined)) {
		const space = matchAt(gap, text, at);
		const found = space ?? matchAt(part, text, at);
		if (space !== undefined) word = undefined;
		else if (found !== undefined) {
			if (word === undefined) words.push((word = { text: '', at }));
			const { text: read, doubt } = readPart(found, text[at + 1] ?? '', isBash);
			if (read.includes('{')) word.hasQuotedBrace ??= found[5] === undefined;
			word.text += read;
			word.doubt ??= doubt;
		}
		at += found?.[0].length ?? 1;
		budget.tokens -= 3;
		if (budget.tokens < 0) break;
	}
	return { words, end: at };
}

function readPart(
	[, ansi, single, double, escaped, bare, open]: RegExpExecArray,
	next: string,
	isBash: boolean,
): { text: string; doubt?: string | undefined } {
	if (open !== undefined) return { text: open, doubt: 'unclosed' };
	if (single !== undefined) return { text: single };
	if (escaped !== undefined) return { text: escaped.replace(/\r?\n/, '') };
	if (ansi !== undefined) {
		return hasManyEscapes(ansi) || rareEscape.test(ansi.replaceAll('\\\\', ''))
			? { text: ansi, doubt: ambiguous }
			: { text: unescaped(ansi, "'", 0) };
	}
	if (bare !== undefined) {
		const isFilledIn = variable.test(bare + next) || /[{*?[~<>]/.test(bare);
		return { text: bare, doubt: isFilledIn ? filledIn : undefined };
	}
	const inside = double ?? '';
	const isComputed = variable.test(inside.replace(/\\[^]/g, ''));
	const isAmbiguous = !isBash && /\\\\|%\w+%/.test(inside.replace(/(?<!\\)\\*"/g, ''));
	return {
		text: inside.replace(/\\(\r?\n|["\\$`])/g, (_all, sign: string) => sign.trim()),
		doubt: isComputed ? filledIn : isAmbiguous ? ambiguous : undefined,
	};
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
	pattern.lastIndex = at;
	return pattern.exec(text) ?? undefined;
}

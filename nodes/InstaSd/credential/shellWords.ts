import { unescapeBackslashes } from './backslashes';

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

import { type Budget, type Literal, readLiteral, type Unread } from './literals';
import { openText } from './quotedText';

/** An object in a text: a literal of a program, or JSON that stands in a text of a program. */
export interface Found extends Literal {
	isText: boolean;
}

/** What a text holds at one of its `{`: an object, or why it cannot be read. */
export type FoundInText = { found: Found } | { unread: Unread };

/** A `{`, or the quote before it with its prefix; no quote that ends a text. */
const beginning =
	/\{|(?:"""|'''|["'`])(?=(?:\s|\\[nrt]|\\\r?\n)*\{)(?<=(?<![\w'"`\\$@#])([a-zA-Z]{0,2})(?:"""|'''|["'`]))/g;
const startsBody = /\{+(?:\s|\\[nrt]?)*["'`“”‘’]?inputs\b/y;

/**
 * The objects in a text, in their order, with anything around them: of each only the outermost that can be read. Takes time
 * in proportion to the text.
 */
export function* literalsInText(text: string, budget: Budget): Generator<FoundInText, void> {
	const search = new RegExp(beginning);
	for (let begins = search.exec(text); begins !== null; begins = search.exec(text)) {
		const index = begins.index - (begins[1] ?? '').length;
		const { literals, unread, end } = readLiteral(text, index, budget);
		search.lastIndex = unread?.why === 'tooLong' ? text.length : end;
		if (begins[0] === '{') {
			for (const literal of literals) yield { found: { ...literal, isText: false } };
			if (unread !== undefined) yield { unread };
			continue;
		}
		const written = literals[0]?.value;
		const value = parsedJson(written);
		if (typeof value === 'object' && value !== null) {
			yield { found: { value, start: index, end, isText: true } };
			continue;
		}
		// It may be no text at all, but a quote or an apostrophe.
		const brace = text.indexOf('{', index);
		search.lastIndex = brace;
		startsBody.lastIndex = brace;
		const isOpen =
			unread?.at === begins.index + begins[0].length &&
			(unread.why === 'unclosed' || unread.why === openText);
		const isBody =
			unread === undefined ? /\binputs\b/.test(String(written)) : startsBody.test(text);
		if (!isBody || isOpen) continue;
		const why = unread?.why ?? 'the text there is not JSON once its backslashes are read';
		yield { unread: { why, at: unread?.at ?? index, isBody } };
	}
}

/** What a JSON text says; undefined where it is none. */
export function parsedJson(text: unknown): unknown {
	try {
		return typeof text === 'string' ? JSON.parse(text) : undefined;
	} catch {
		return undefined;
	}
}

/** What a paste says that is JSON, perhaps in a fenced block; undefined where it is none. */
export function parsedPaste(text: string): unknown {
	const source = text.trim();
	const [, fenced = source] = /^```\w*[^\S\n]*\n([^]*)\n[^\S\n]*```$/.exec(source) ?? [];
	return parsedJson(fenced);
}

/** What goes before a literal that is only a part of what is sent. */
const isPart =
	/(?:\b(?:dict|merge\w*|assign|extend|update)\(\s*|\.\.\.|\*\*|\+\s*|\$\{[^{}\n]*\}|[\w)\]]`\s*)$/i;
/** What computes a text or an object right behind it. */
const isComputed =
	/^[\s)]*(?:%\s*[\w({]|\.(?:format|replace))|^\s*(?:\|\s*\w+\s*(?:$|[\n;)])|,\s*(?:\(|function\b|[a-z]\w*\s*=>))/;
/** What may compute it later: a text that is filled in, an object that is changed as a whole. */
const isComputedLater =
	/[\w)\]]\s*\.(?:format\w*|replace\w*|(?:safe_)?substitute|render|update|set)\(|\b[a-z]\w*\s*%\s*(?:[({]|[a-z_]+\b)|\w\s*\|=|\$\{\w+[/#%:]/i;
const access = String.raw`(?:\[[^\]\n]{0,80}\]|\.\w+)`;
const change = String.raw`\s*(?:[-+*/%|&?^]{0,2}=(?![=>])|\+\+|--)`;
/** What changes the inputs of an object, or the value of one. */
const isChanged = new RegExp(
	String.raw`(?:\.value|\[["']value["']\])${change}|\binputs["']?\]?${access}{1,6}${change}|\b(?:del|delete)\s[^\n;]{0,80}inputs|\binputs["']?\]?[^\n;]{0,80}\.(?:pop|clear)\(|\bObject\.assign\(`,
);
/** A here-document, and whether bash fills in nothing in it. */
const hereDocument = /<<-?[ \t]*(["']?)\w+\1[^\n]*\n\s*$/;
const shellTool = /\b(?:jq|sed|awk|perl|envsubst)\b/;
/** Marks of the languages whose texts are read as they read them. */
const isJavaScriptOrPython =
	/\b(?:const|let) \w|\bfetch\(|\baxios\b|\bJSON\.|\bimport (?:requests|json)\b|\brequests\.|\bjson\.(?:loads|dumps)\b/;

/**
 * Why an object that has been read may not be what is sent; undefined where it is.
 * @param isShell whether it may stand in a script of a shell
 */
export function doubtAbout(text: string, found: Found, isShell: boolean): string | undefined {
	const { start, end, isText } = found;
	const [before, source, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
	const near = before.slice(-200);
	const isPrinted = /\bprintf\s[^\n]*$/.test(near) && source.includes('%');
	const isFiltered = isShell && (shellTool.test(before) || shellTool.test(after));
	const isLater = isComputed.test(after) || isComputedLater.test(after);
	if (isPart.test(near) || isPrinted || isFiltered || isLater) {
		return 'a program computes the request body: paste what it sends';
	}
	if (isChanged.test(after)) return 'the inputs are changed after that: put their values there';
	const [here, quote] = hereDocument.exec(near) ?? [];
	if (quote === '') return 'bash fills in variables in this here-document: paste the JSON alone';
	const isRaw =
		(isText && /^r/i.test(source)) || (here !== undefined && parsedJson(source) !== undefined);
	if (isRaw || !(isText ? /[\\$]/ : /\\/).test(source)) return undefined;
	const isKnown =
		!isShell && (isJavaScriptOrPython.test(before) || isJavaScriptOrPython.test(after));
	if (isText ? isKnown : !isShell && !isInsideText(before)) return undefined;
	return 'its backslashes and dollars mean different things in different languages: paste the JSON alone';
}

/** Whether a position may lie in a text, by the quotes before it. */
function isInsideText(before: string): boolean {
	const line = before.slice(before.lastIndexOf('\n') + 1);
	const code = before.replaceAll('```', '');
	const isOdd = (text: string, quote: string) => text.split(quote).length % 2 === 0;
	return (
		/["'`]\s*$/.test(code.slice(-100)) || isOdd(line, '"') || isOdd(line, "'") || isOdd(code, '`')
	);
}

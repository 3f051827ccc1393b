import type { Failure } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { type Command, curlCommands } from './curl';
import { readInput } from './describedInput';
import { deepest, mostEntries, readNearlyJson } from './nearlyJson';
import {
	isNode,
	isObject,
	type Json,
	jsonKind,
	objectIn,
	parsedJson,
	textKind,
} from './pasteKinds';
import { bodyOf, collectionIn } from './postman';
import { isCutOff, refusal, unreadable } from './refusals';

/**
 * Reads the sample request in a text: `{ "inputs": { id: { title, value } } }`, only the part inside `inputs`, or bare values
 * in it; as JSON or nearly so, in a curl command, a Postman collection, or other text. Nothing is repaired or guessed.
 * @param subject what errors call the text
 * @throws Failure INVALID_INPUT that says what cannot be read, or what the text is instead; of the text it repeats only
 * names of inputs and variables
 */
export function readRequestExample(
	text: string,
	subject = 'sample request body in the credential',
): { inputs: ApiInput[] } {
	const source = pasted(text);
	const json = parsedPaste(text);
	if (typeof json === 'string') return readRequestExample(json, subject);
	const collection = collectionIn(json);
	if (collection !== undefined) {
		return readRequestExample(bodyOf(collection), 'sample body in the Postman collection');
	}
	const [first, ...more] = inWhole(source, subject, json) ?? inText(source, subject);
	if (first === undefined) throw refusal(subject, hasNoInputs);
	// JSON may hold several items of this node's output, where the values differ.
	const shapeOf = json === undefined ? JSON.stringify : titlesIn;
	if (more.some((other) => shapeOf(other) !== shapeOf(first))) {
		throw refusal(subject, 'has several requests, which differ', 'Keep one of them. ');
	}
	const ids = Object.keys(first);
	if (ids.length > mostEntries) throw refusal(subject, `has more than ${mostEntries} inputs`);
	return { inputs: ids.map((id) => readInput(id, first[id], subject)) };
}

const hasNoInputs =
	'has no inputs: it must look like { "inputs": { "<id>": { "title": …, "value": … } } }';

function titlesIn(inputs: Json): string {
	return JSON.stringify(Object.entries(inputs).map(([id, entry]) => [id, objectIn(entry).title]));
}

/** A paste without the text around its fenced block, if it has just one; each line stays at its place. */
function pasted(text: string): string {
	const [before = '', , fenced, , ...after] = text.split(/^([^\S\n]*```.*)$/m, 6);
	return (after.length === 1 ? lineBreaksOf(before) + fenced : text).trimEnd();
}

const lineBreaksOf = (text: string) => text.replace(/[^\n]+/g, '');

/** What a paste says that is JSON, perhaps in a fenced block; undefined where it is none. */
export function parsedPaste(text: string): unknown {
	return parsedJson(pasted(text).trim());
}

/** The inputs of all requests in a text that is JSON, or nearly so, from its begin to its end; undefined where it is not. */
function inWhole(text: string, subject: string, json: unknown): Json[] | undefined {
	const start = json === undefined ? text.search(/\{(?!\{)/) : -1;
	const isAlone = start >= 0 && text.slice(0, start).trim() === '';
	const nearly = isAlone ? readNearlyJson(text, start, subject) : undefined;
	const value = nearly?.end === text.length ? nearly.value : json;
	refuseOther(subject, jsonKind(value));
	return value === undefined ? undefined : inJson(value);
}

/** @throws Failure INVALID_INPUT where the text is something else */
function refuseOther(subject: string, thing: string | undefined): void {
	if (thing !== undefined) throw refusal(subject, `is ${thing}, not a request to Run Task`);
}

/** The inputs of all requests in a JSON value, and in the JSON of texts in it. */
function inJson(value: unknown, depth = 0): Json[] {
	const inner = typeof value === 'string' && /^\s*\{/.test(value) ? parsedJson(value) : value;
	if (!isObject(inner) || isNode(inner) || depth > deepest) return [];
	const parts = Object.values(inner);
	const inputs = inputsIn(inner, parts);
	return inputs === undefined ? parts.flatMap((part) => inJson(part, depth + 1)) : [inputs];
}

/** The inputs of a request, or the part inside `inputs` alone; undefined where it is neither. */
function inputsIn(json: Json, parts: unknown[]): Json | undefined {
	const isPart = parts.every((entry) => {
		const { title, value } = objectIn(entry);
		return title !== undefined || value !== undefined;
	});
	const inputs = isObject(json.inputs) ? json.inputs : isPart ? json : [];
	return Array.isArray(inputs) || Object.keys(inputs).length === 0 ? undefined : inputs;
}

/** The inputs of all requests in a text around them, such as a curl command. */
function inText(text: string, subject: string): Json[] {
	refuseOther(subject, textKind(text.trim()));
	const commands = curlCommands(text);
	const sent = commands.flatMap((command) => inCommand(command, text, subject));
	if (commands.some(({ data }) => data.length > 0)) return sent;
	const found = inLiterals(text, subject);
	if (found.length > 0) return found;
	if (commands.some((command) => command.isCutOff)) throw isCutOff(subject, openCommand);
	const thing = commands.length > 0 ? 'a command' : 'text';
	if (!text.includes('{')) refuseOther(subject, `${thing} without a request body in it`);
	return found;
}

const openCommand = 'a quote of its curl command does not close, or its last line goes on';
const filledIn = 'the shell fills in a part of the data';
const inSingleQuotes = 'Put the data into single quotes, without variables.';
const joined = 'curl joins this data to that before it';

function inCommand(command: Command, text: string, subject: string): Json[] {
	const [data, more] = command.data;
	if (more) throw unreadable(text, more.at, subject, 'Keep one of the two.', joined);
	if (data === undefined) return [];
	if (command.isCutOff) throw isCutOff(subject, openCommand);
	if (data.isFilledIn) throw unreadable(text, data.at, subject, inSingleQuotes, filledIn);
	const padded = lineBreaksOf(text.slice(0, data.at)) + data.text;
	return inWhole(padded, subject, parsedJson(data.text.trim())) ?? [];
}

/** What begins the inputs of a request, in whatever quotes. */
const begin =
	/(["']?)\binputs\b(?<=(?:^|\\[nrt]|[{[,(\n/])\s*\\*["']?inputs)\\*["']?\s*(?::\s*|(?==>))/g;
/** What texts of programs begin and end with. */
const aroundText = /["\\]|(?<!\p{L})'|'(?!\p{L})|(?<!`)`(?!`)|<</u;
/** What means something else inside such a text, by the quotes of the key. */
const signsBeside: Record<string, RegExp> = { '"': /[\\$`']/, "'": /[\\$`"]/ };

/** The inputs of all requests that stand in a text. */
function inLiterals(text: string, subject: string): Json[] {
	const found: Json[] = [];
	let other: Failure | undefined;
	const search = new RegExp(begin);
	for (let begins = search.exec(text); begins !== null; begins = search.exec(text)) {
		const [, quote = ''] = begins;
		const start = search.lastIndex;
		if (text[start] !== '{') {
			other ??= unreadable(text, start, subject, notInputs);
			continue;
		}
		const { value, end } = readNearlyJson(text, start, subject, quote !== '');
		if (end === text.length) throw isCutOff(subject);
		if (!/[,}]/.test(text[end] ?? '')) throw unreadable(text, end, subject, behindInputs);
		const sign =
			found.length > 0 ? -1 : text.slice(start, end).search(signsBeside[quote] ?? /[\\$`"']/);
		if (sign >= 0 && aroundText.test(text.slice(0, begins.index) + text.slice(end))) {
			throw unreadable(text, start + sign, subject, inProgram);
		}
		if (Object.keys(objectIn(value)).length > 0) found.push(objectIn(value));
		search.lastIndex = end;
	}
	if (found.length === 0 && other !== undefined) throw other;
	return found;
}

const notInputs = 'The inputs themselves belong there, in curly brackets.';
const behindInputs = 'The inputs that stand before it are only a part of what a program sends.';
const inProgram = 'With quotes around it, as in a program, it may mean something else.';

import { type Failure, invalidInput } from '../api/failures';
import { firstBytesLength, typeByFirstBytes } from '../api/fileSignatures';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import {
	type ApiInput,
	fileTypes,
	type InputValue,
	isLink,
	type ItemFile,
	type PlannedValue,
	type SendFilesAs,
	uploadDescription,
} from './inputTypes';
import { isExact, parseBoolean, parseNumber, useSmallerNumber } from './scalars';
import { nameOf, quoted } from './wording';

/**
 * Converts a given value to what is sent. Text that spells a number is accepted as one, and a number as text; a value
 * that would have to be guessed or rounded is rejected.
 * @throws Failure INVALID_INPUT that names the input, the value and what the input takes
 */
export function acceptValue(input: ApiInput, given: unknown, files: ItemFiles): PlannedValue {
	if (input.type === 'seed') return acceptSeed(input, given);
	if (given === null || given === undefined) {
		throw invalidInput(
			`Input ${nameOf(input)} has no value: its expression returned ${given === null ? 'null' : 'nothing'}`,
			'Check the expression, for instance the spelling of the field it reads. To send the value of the example, remove the field from the form; to send empty text, clear it.',
		);
	}
	if (fileTypes.has(input.type)) return acceptFile(input, given, files);
	return { kind: 'value', value: acceptPlain(input, given) };
}

function acceptSeed(input: ApiInput, given: unknown): PlannedValue {
	const asText = typeof input.sample === 'string';
	const isRandom =
		given === null ||
		given === undefined ||
		(typeof given === 'string' && /^(random)?$/i.test(given.trim()));
	if (isRandom) return { kind: 'seed', asText };
	const seed = parseNumber(given);
	if (seed === undefined || !Number.isInteger(seed)) {
		throw wrongValue(
			input,
			given,
			"takes a whole number, or 'random' for a new one with every task",
		);
	}
	if (!isExact(seed)) throw numberTooLarge(input, given);
	return { kind: 'value', value: asText ? String(seed) : seed };
}

function acceptPlain(input: ApiInput, given: unknown): InputValue {
	const { sample } = input;
	// The example's own value is always valid, even if the title's hint excludes it.
	if (sample !== undefined && given === sample && (typeof sample !== 'number' || isExact(sample))) {
		return sample;
	}
	switch (input.type) {
		case 'number':
		case 'integer':
			return acceptNumber(input, given);
		case 'boolean':
			return acceptBoolean(input, given);
		case 'options':
			return acceptOption(input, given);
		default:
			return acceptText(input, given);
	}
}

/** A number, sent as text if the example has text. */
function acceptNumber(input: ApiInput, given: unknown): InputValue {
	const number = parseNumber(given);
	if (number === undefined) throw wrongValue(input, given, 'takes a number');
	if (input.type === 'integer' && !Number.isInteger(number)) {
		throw wrongValue(input, given, 'takes a whole number');
	}
	if (!isExact(number)) throw numberTooLarge(input, given);
	return typeof input.sample === 'string' ? String(given).trim() : number;
}

/** True or false, sent as text if the example has text. */
function acceptBoolean(input: ApiInput, given: unknown): InputValue {
	const boolean = parseBoolean(given);
	if (boolean === undefined) {
		// A switch cannot be emptied, but n8n shows a new one as on without storing a value.
		const advice =
			given === '' ? 'Flip the switch in the form once, or remove the field.' : undefined;
		throw wrongValue(input, given, 'takes true or false', advice);
	}
	return typeof input.sample === 'string' ? String(boolean) : boolean;
}

function acceptOption(input: ApiInput, given: unknown): InputValue {
	const chosen =
		input.options.find((option) => option === given) ??
		input.options.find((option) => typeof given !== 'object' && String(option) === String(given));
	if (chosen === undefined) {
		throw wrongValue(input, given, `takes one of ${input.options.map(quoted).join(', ')}`);
	}
	return chosen;
}

function acceptText(input: ApiInput, given: unknown): string {
	if (typeof given === 'object') throw wrongValue(input, given, 'takes text');
	if (typeof given === 'number' && Number.isInteger(given) && !isExact(given)) {
		throw numberTooLarge(input, given);
	}
	return String(given);
}

function wrongValue(
	input: ApiInput,
	given: unknown,
	takes: string,
	advice = 'Correct the value in the form, the expression behind it, or the JSON.',
): Failure {
	return invalidInput(
		given === ''
			? `Input ${nameOf(input)} is empty, but ${takes}`
			: `Input ${nameOf(input)} ${takes}, not ${quoted(given)}`,
		`Nothing was sent. ${advice}`,
	);
}

function numberTooLarge(input: ApiInput, given: unknown): Failure {
	return invalidInput(
		`Input ${nameOf(input)} is ${quoted(given)}, a whole number too large to be sent exactly`,
		useSmallerNumber,
	);
}

/** The item's files that an input can use. */
export interface ItemFiles {
	/** The file in a binary field, or of a binary data object. */
	find(nameOrBinary: unknown): ItemFile | undefined;
	/** Names of the item's binary fields. */
	names(): string[];
	sendAs: SendFilesAs;
}

const dataUrl = /^data:[^,]*?;base64,/i;

/** In characters; anything shorter is a word. */
const minBase64Length = 64;

/**
 * Converts a value for an image, video or file input. It is tried as a link, a data: URL, the name of a binary field,
 * and base64, in this order. The API accepts a video only as a link.
 * @throws Failure INVALID_INPUT for anything else, with the names of the item's binary fields
 */
export function acceptFile(input: ApiInput, given: unknown, files: ItemFiles): PlannedValue {
	const text = typeof given === 'string' ? given.trim() : given;
	if (isLink(text)) return { kind: 'value', value: text };
	const file = text === '' || isDataUrl(text) ? undefined : files.find(text);
	if (file !== undefined) {
		if (input.type === 'video' && files.sendAs === 'base64') throw videoAsData(input);
		return { kind: 'file', file, sendAs: files.sendAs };
	}
	if (!isInlineFile(text)) throw notAFile(input, text, files.names());
	if (input.type === 'video') throw videoAsData(input);
	return { kind: 'value', value: stripDataUrl(text) };
}

/** Whether a value is a link to a file or its content, and not the name of a binary field. */
export function isLinkOrInlineFile(value: unknown): boolean {
	return isLink(value) || isInlineFile(value);
}

/** Whether a value is a file's content: a data: URL, or base64 that is long enough and starts like a known format. */
function isInlineFile(value: unknown): value is string {
	if (typeof value !== 'string') return false;
	if (isDataUrl(value)) return isBase64(stripDataUrl(value));
	return value.length >= minBase64Length && startsLikeFile(value) && isBase64(stripDataUrl(value));
}

function startsLikeFile(base64: string): boolean {
	const characters = Math.ceil(firstBytesLength / 3) * 4;
	return typeByFirstBytes(Buffer.from(base64.slice(0, characters), 'base64')) !== undefined;
}

function isDataUrl(value: unknown): boolean {
	return typeof value === 'string' && dataUrl.test(value);
}

function stripDataUrl(text: string): string {
	return text.replace(dataUrl, '').replace(/\s+/g, '');
}

/** Looks for an invalid character in one pass: a pattern for the whole text would take hours on many spaces. */
function isBase64(text: string): boolean {
	return text !== '' && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
}

function videoAsData(input: ApiInput) {
	return invalidInput(
		`Input ${nameOf(input)} takes a video as a link, not as data`,
		`Give it a public URL. Or, if the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	);
}

function notAFile(input: ApiInput, given: unknown, names: string[]) {
	const fields =
		names.length === 0
			? 'The item has no binary fields.'
			: `The item's binary fields are: ${names.map((name) => `'${name}'`).join(', ')}.`;
	const expected =
		input.type === 'video' ? 'a URL' : 'a URL, base64, or the name of a binary field';
	const problem =
		given === ''
			? `Input ${nameOf(input)} needs a value: ${expected}`
			: `Input ${nameOf(input)} takes ${expected}, not ${quoted(given)}`;
	return invalidInput(problem, `${fields} ${fileAdvice(given, names)}`);
}

function fileAdvice(given: unknown, [first = 'data']: string[]): string {
	if (typeof given !== 'object')
		return 'A URL starts with http:// or https:// and contains no spaces.';
	return uploadDescription.safeParse(given).success
		? `This only describes an uploaded file. Type the name of the binary field that holds it, such as ${first}.`
		: "A file from another node's item cannot be read here: add it to this item, for instance with a Merge node.";
}

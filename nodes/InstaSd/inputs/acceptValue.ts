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
} from './inputTypes';
import { isExact, parseBoolean, parseNumber, useSmallerNumber } from './scalars';
import { nameOf, quoted } from './wording';

/**
 * What a given value is sent as. Text that spells a number, and numbers for a text, are taken for what they are;
 * whatever would have to be guessed or rounded is refused.
 * @throws Failure INVALID_INPUT that names the input, the value and what it takes
 */
export function acceptValue(input: ApiInput, given: unknown, files: ItemFiles): PlannedValue {
	if (input.type === 'seed') return acceptSeed(input, given);
	if (given === null || given === undefined) {
		throw invalidInput(
			`Input ${nameOf(input)} has no value: its expression gave ${given === null ? 'null' : 'nothing'}`,
			'Check the expression, for instance the spelling of the field it reads. To send the value of the example, remove the field from the form; to send empty text, clear it.',
		);
	}
	if (fileTypes.has(input.type)) return acceptFile(input, given, files);
	return { kind: 'value', value: acceptPlain(input, given) };
}

function acceptSeed(input: ApiInput, given: unknown): PlannedValue {
	const asText = typeof input.sample === 'string';
	const drawn =
		given === null ||
		given === undefined ||
		(typeof given === 'string' && /^(random)?$/i.test(given.trim()));
	if (drawn) return { kind: 'seed', asText };
	const seed = parseNumber(given);
	if (seed === undefined || !Number.isInteger(seed)) {
		throw refused(input, given, "takes a whole number, or 'random' for a new one with every task");
	}
	if (!isExact(seed)) throw numberTooLarge(input, given);
	return { kind: 'value', value: asText ? String(seed) : seed };
}

function acceptPlain(input: ApiInput, given: unknown): InputValue {
	const { sample } = input;
	// What the example itself holds is right, whatever its hint says.
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

/** A number; as text where the example has it as text. */
function acceptNumber(input: ApiInput, given: unknown): InputValue {
	const number = parseNumber(given);
	if (number === undefined) throw refused(input, given, 'takes a number');
	if (input.type === 'integer' && !Number.isInteger(number)) {
		throw refused(input, given, 'takes a whole number');
	}
	if (!isExact(number)) throw numberTooLarge(input, given);
	return typeof input.sample === 'string' ? String(given).trim() : number;
}

/** True or false; as text where the example has it as text. */
function acceptBoolean(input: ApiInput, given: unknown): InputValue {
	const read = parseBoolean(given);
	if (read === undefined) {
		// A switch cannot be emptied; n8n shows one that is new in the form as on, and stores nothing.
		const advice =
			given === '' ? 'Flip the switch in the form once, or remove the field.' : undefined;
		throw refused(input, given, 'takes true or false', advice);
	}
	return typeof input.sample === 'string' ? String(read) : read;
}

function acceptOption(input: ApiInput, given: unknown): InputValue {
	const chosen =
		input.options.find((option) => option === given) ??
		input.options.find((option) => typeof given !== 'object' && String(option) === String(given));
	if (chosen === undefined) {
		throw refused(input, given, `takes one of ${input.options.map(quoted).join(', ')}`);
	}
	return chosen;
}

function acceptText(input: ApiInput, given: unknown): string {
	if (typeof given === 'object') throw refused(input, given, 'takes text');
	if (typeof given === 'number' && Number.isInteger(given) && !isExact(given)) {
		throw numberTooLarge(input, given);
	}
	return String(given);
}

function refused(
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
		`Input ${nameOf(input)} is the whole number ${quoted(given)}, which is too large to be sent exactly`,
		useSmallerNumber,
	);
}

/** The files of the item that an input may be given. */
export interface ItemFiles {
	/** The file in a binary field, or behind a binary data object; undefined where there is none. */
	find(nameOrBinary: unknown): ItemFile | undefined;
	/** Names of the item's binary fields. */
	names(): string[];
	sendAs: SendFilesAs;
}

const dataUrl = /^data:[^,]*?;base64,/i;

/** In characters; what is shorter is a word. */
const shortestBase64 = 64;

/**
 * What a value for an image, video or file input is sent as. Read in this order: link, data: URL, name of a binary
 * field, base64. A video goes as a link only, as the contract says.
 * @throws Failure INVALID_INPUT for anything else, with the names of the binary fields there are
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
	return { kind: 'value', value: bare(text) };
}

/** Whether a value is a file by itself, link or content, and not the name of one. */
export function isFileItself(value: unknown): boolean {
	return isLink(value) || isInlineFile(value);
}

/** Whether a value is the content of a file: long enough not to be a word, and with the first bytes of a known format. */
function isInlineFile(value: unknown): value is string {
	if (typeof value !== 'string') return false;
	if (isDataUrl(value)) return isBase64(bare(value));
	return value.length >= shortestBase64 && beginsAsFile(value) && isBase64(bare(value));
}

/** Whether base64 has the first bytes of a known format. */
function beginsAsFile(base64: string): boolean {
	const characters = Math.ceil(firstBytesLength / 3) * 4;
	return typeByFirstBytes(Buffer.from(base64.slice(0, characters), 'base64')) !== undefined;
}

function isDataUrl(value: unknown): boolean {
	return typeof value === 'string' && dataUrl.test(value);
}

function bare(text: string): string {
	return text.replace(dataUrl, '').replace(/\s+/g, '');
}

/** Looks for what base64 does not have, in one pass: a pattern of the whole would take hours for a long text of spaces. */
function isBase64(text: string): boolean {
	return text !== '' && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
}

function videoAsData(input: ApiInput) {
	return invalidInput(
		`Input ${nameOf(input)} takes a video as a link, not its data`,
		`Give it a public URL. Or, where the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	);
}

function notAFile(input: ApiInput, given: unknown, names: string[]) {
	const has =
		names.length === 0
			? 'The item has no binary fields.'
			: `The item's binary fields are: ${names.map((name) => `'${name}'`).join(', ')}.`;
	const what = input.type === 'video' ? 'a URL' : 'a URL, base64, or the name of a binary field';
	const problem =
		given === ''
			? `Input ${nameOf(input)} needs a value: ${what}`
			: `Input ${nameOf(input)} takes ${what}, not ${quoted(given)}`;
	const advice =
		typeof given === 'object'
			? "A file of another node's item is not read from here: bring it into this item, for instance with a Merge node."
			: 'A URL begins with http:// or https:// and has no spaces in it.';
	return invalidInput(problem, `${has} ${advice}`);
}

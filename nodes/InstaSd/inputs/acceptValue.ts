import { type Failure, wrongInput } from '../api/failures';
import { firstBytesOf, isTextType, startsAsText, typeByFirstBytes } from '../api/fileTypes';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import {
	type ApiInput,
	inputKinds,
	type InputType,
	type InputValue,
	isLink,
	type ItemFile,
	type KnownInput,
	type PlannedValue,
	type SendFilesAs,
	uploadDescription,
} from './inputTypes';
import { isExact, parseBoolean, parseNumber, useSmallerNumber } from './scalars';
import { quoted } from './wording';

/**
 * Converts a given value to what is sent. Text that spells a number is accepted as one, and a number as text; a value
 * that would have to be guessed or rounded is rejected.
 * @throws Failure INVALID_INPUT that names the input, the value and what the input takes
 */
export function acceptValue(
	input: KnownInput,
	given: NonNullable<unknown>,
	files: ItemFiles,
): PlannedValue {
	if (input.type === 'seed') return acceptSeed(input, given);
	if (inputKinds[input.type].isFile) return acceptFile(input, given, files);
	return { kind: 'value', value: acceptPlain(input, given) };
}

function acceptSeed(input: KnownInput, given: unknown): PlannedValue {
	const asText = typeof input.sample === 'string';
	if (typeof given === 'string' && /^(random)?$/i.test(given.trim())) {
		return { kind: 'seed', asText };
	}
	const seed = parseNumber(given);
	if (seed === undefined || !Number.isInteger(seed)) {
		throw wrongValue(input, given, "a whole number, or 'random' for a new one with every task");
	}
	if (!isExact(seed)) throw numberTooLarge(input, given);
	return { kind: 'value', value: asText ? String(seed) : seed };
}

function acceptPlain(input: KnownInput, given: unknown): InputValue {
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
function acceptNumber(input: KnownInput, given: unknown): InputValue {
	const number = parseNumber(given);
	if (number === undefined) throw wrongValue(input, given, 'a number');
	if (input.type === 'integer' && !Number.isInteger(number)) {
		throw wrongValue(input, given, 'a whole number');
	}
	if (!isExact(number)) throw numberTooLarge(input, given);
	return typeof input.sample === 'string' ? String(given).trim() : number;
}

/** True or false, sent as text if the example has text. */
function acceptBoolean(input: KnownInput, given: unknown): InputValue {
	const boolean = parseBoolean(given);
	if (boolean === undefined) throw wrongValue(input, given, 'true or false');
	return typeof input.sample === 'string' ? String(boolean) : boolean;
}

function acceptOption(input: KnownInput, given: unknown): InputValue {
	const chosen =
		input.options.find((option) => option === given) ??
		input.options.find((option) => typeof given !== 'object' && String(option) === String(given));
	if (chosen === undefined) {
		throw wrongValue(input, given, `one of ${input.options.map(quoted).join(', ')}`);
	}
	return chosen;
}

function acceptText(input: KnownInput, given: unknown): string {
	if (typeof given === 'object') throw wrongValue(input, given, 'text');
	if (typeof given === 'number' && Number.isInteger(given) && !isExact(given)) {
		throw numberTooLarge(input, given);
	}
	return String(given);
}

function wrongValue({ name, sample }: KnownInput, given: unknown, takes: string): Failure {
	const suchAs = typeof sample === 'number' ? `, such as ${sample}` : '';
	return wrongInput(
		given === ''
			? `${name} needs ${takes}${suchAs}`
			: `Input ${name} takes ${takes}, not ${quoted(given)}`,
		[],
	);
}

function numberTooLarge({ name }: KnownInput, given: unknown): Failure {
	return wrongInput(
		`Input ${name} is ${quoted(given)}, a whole number too large to be sent exactly`,
		[useSmallerNumber],
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

const dataUrl = /^data:([^;,]*)[^,]*?;base64,/i;

/** In characters; anything shorter is a word. */
const minBase64Length = 64;

/**
 * Converts a value for an image, video or file input. It is tried as a link, a data: URL, the name of a binary field,
 * and base64, in this order. The API accepts a video only as a link.
 * @throws Failure INVALID_INPUT for anything else, with the names of the item's binary fields, and for a file that is empty,
 * or text in place of an image or video
 */
export function acceptFile(input: KnownInput, given: unknown, files: ItemFiles): PlannedValue {
	const text = typeof given === 'string' ? given.trim() : given;
	if (isLink(text)) return { kind: 'value', value: text };
	const file = text === '' || isDataUrl(text) ? undefined : files.find(text);
	const isMedia = input.type !== 'file';
	if (file !== undefined) {
		const { bytes, data, fileSize, id, mimeType } = file.binary;
		// The size of a stored file may be unknown; n8n 2.0 gives it in words only.
		const isEmpty = id === undefined ? data === '' : bytes === 0 || fileSize === '0 B';
		if (isEmpty) throw unusableFile(input.name, file.field, 'is empty');
		if (input.type === 'video' && files.sendAs === 'base64') throw videoAsData(input);
		const mayBeText = isMedia && isTextType(mimeType);
		return { kind: 'file', file, sendAs: files.sendAs, mayBeText };
	}
	if (!isInlineFile(text)) throw notAFile(input, text, files);
	if (input.type === 'video') throw videoAsData(input);
	const base64 = stripDataUrl(text);
	const [, mimeType = ''] = dataUrl.exec(text) ?? [];
	if (isMedia && isTextType(mimeType) && startsAsText(firstBytesOf(base64))) {
		throw unusableFile(input.name, text, `is text (${mimeType})`);
	}
	return { kind: 'value', value: base64 };
}

/** @param problem what is wrong with the file, such as `is empty` */
export function unusableFile(name: string, file: string, problem: string): Failure {
	return wrongInput(`Input ${name} cannot take the file ${quoted(file)}: it ${problem}`, [
		'Look at this file in the output of the node that made it: it may have received a message in place of the file.',
	]);
}

/** Whether the sample has no usable value for an input, so that the user must give one. */
export function needsValue({ type, sample }: ApiInput): boolean {
	return inputKinds[type].isFile === true && !isLink(sample) && !isInlineFile(sample);
}

/** Whether a value is a file's content: a data: URL, or base64 that is long enough and starts like a known format. */
function isInlineFile(value: unknown): value is string {
	if (typeof value !== 'string') return false;
	if (isDataUrl(value)) return isBase64(stripDataUrl(value));
	return (
		value.length >= minBase64Length &&
		typeByFirstBytes(firstBytesOf(value)) !== undefined &&
		isBase64(stripDataUrl(value))
	);
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

function videoAsData({ name }: KnownInput) {
	return wrongInput(`Input ${name} takes a video as a link, not as a file`, [
		`Give it a public link. Or, if the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	]);
}

function notAFile({ name, type }: KnownInput, given: unknown, files: ItemFiles) {
	const problem = given === '' ? 'needs a value: ' : 'takes ';
	const instead = given === '' ? '' : `, not ${quoted(given)}`;
	return wrongInput(`Input ${name} ${problem}${acceptedFiles(type)}${instead}`, [
		fileAdvice(given, files),
		filesInWords(files),
	]);
}

/** What a file input takes, in words. */
export function acceptedFiles(type: InputType): string {
	return type === 'video' ? 'a link' : "a link, or the name of one of the item's files";
}

/** The names of the item's files, in a sentence. */
export function filesInWords(files: ItemFiles): string {
	const names = files.names().map(quoted);
	return names.length === 0 ? 'The item has no files.' : `The item's files: ${names.join(', ')}.`;
}

function fileAdvice(given: unknown, files: ItemFiles): string {
	if (typeof given !== 'object')
		return 'A link starts with http:// or https:// and contains no spaces.';
	const [first = 'data'] = files.names();
	const described = uploadDescription.safeParse(given).success
		? `This only describes an uploaded file. Give the name of the file itself, such as '${first}'. `
		: '';
	return `${described}A file of another node's item is read only where the expression names it word for word, such as {{ $('Chat').first().binary?.data0 }}. Or add it to this item, for instance with a Merge node.`;
}

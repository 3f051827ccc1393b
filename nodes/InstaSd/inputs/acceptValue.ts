import { type Failure, wrongInput } from '../api/failures';
import { firstBytesOf, isTextType, startsAsText, typeByFirstBytes } from '../api/fileTypes';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import {
	acceptedBy,
	type ApiInput,
	inputKinds,
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
	if (typeof given === 'string' && /^(random)?$/i.test(given.trim())) {
		return { kind: 'seed', asText: typeof input.sample === 'string' };
	}
	return { kind: 'value', value: acceptNumber(input, given) };
}

function acceptPlain(input: KnownInput, given: unknown): InputValue {
	const { sample } = input;
	// The sample's own value is always valid, even if its type or options exclude it.
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
	const mayBeFraction = input.type === 'number';
	if (number === undefined || !(mayBeFraction || Number.isInteger(number))) {
		throw wrongValue(input, given);
	}
	if (!isExact(number)) throw numberTooLarge(input, given);
	if (typeof input.sample !== 'string') return number;
	return mayBeFraction ? String(given).trim() : String(number);
}

/** True or false, sent as text if the example has text. */
function acceptBoolean(input: KnownInput, given: unknown): InputValue {
	const boolean = parseBoolean(given);
	if (boolean === undefined) throw wrongValue(input, given);
	return typeof input.sample === 'string' ? String(boolean) : boolean;
}

function acceptOption(input: KnownInput, given: unknown): InputValue {
	const chosen =
		input.options.find((option) => option === given) ??
		input.options.find((option) => typeof given !== 'object' && String(option) === String(given));
	if (chosen === undefined) throw wrongValue(input, given);
	return chosen;
}

function acceptText(input: KnownInput, given: unknown): string {
	if (typeof given === 'object') throw wrongValue(input, given);
	if (typeof given === 'number' && Number.isInteger(given) && !isExact(given)) {
		throw numberTooLarge(input, given);
	}
	return String(given);
}

function wrongValue(input: KnownInput, given: unknown, ways: string[] = []): Failure {
	return wrongInput(`Input ${input.name} takes ${acceptedBy(input)}, not ${quoted(given)}`, ways);
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
	/** The binary field of a file that has this name itself, such as `cat.png`. */
	fieldOf(fileName: string): string | undefined;
	sendAs: SendFilesAs;
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*?;base64,/i;

/** In characters; anything shorter is a word. */
const minBase64Length = 64;

/**
 * Converts a value for an image, video or file input. It is tried as a link, the name of a binary field, a data: URL and
 * base64, in this order. The API accepts a video only as a link.
 * @throws Failure INVALID_INPUT for anything else, with the names of the item's binary fields, and for a file that is empty,
 * or text in place of an image or video
 */
export function acceptFile(input: KnownInput, given: unknown, files: ItemFiles): PlannedValue {
	const text = typeof given === 'string' ? given.trim() : given;
	if (isLink(text)) return { kind: 'value', value: text };
	const file = files.find(text);
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
	const content = contentIn(text);
	if (content === undefined) {
		throw wrongValue(input, text, [fileAdvice(text, files), filesInWords(files)]);
	}
	if (input.type === 'video') throw videoAsData(input);
	const { base64, mimeType } = content;
	if (isMedia && isTextType(mimeType) && startsAsText(firstBytesOf(base64))) {
		throw unusableFile(input.name, text, `is text (${mimeType})`);
	}
	return { kind: 'value', value: base64 };
}

/**
 * @param file its field, or its content as text
 * @param problem what is wrong with it, such as `is empty`
 */
export function unusableFile(name: string, file: unknown, problem: string): Failure {
	return wrongInput(`Input ${name} cannot take the file ${quoted(file)}: it ${problem}`, [
		'Look at this file in the output of the node that made it: it may have received a message in place of the file.',
	]);
}

/** Whether the sample has no usable value for an input, so that the user must give one. */
export function needsValue({ type, sample }: ApiInput): boolean {
	return inputKinds[type].isFile === true && !isLink(sample) && contentIn(sample) === undefined;
}

/** A file's content in a text: a data: URL, or base64 that is long enough and starts like a known format. */
function contentIn(value: unknown): { base64: string; mimeType: string } | undefined {
	if (typeof value !== 'string') return undefined;
	const [prefix, mimeType = ''] = dataUrl.exec(value) ?? [];
	const base64 = value.slice(prefix?.length).replace(/\s+/g, '');
	const isKnown =
		prefix !== undefined ||
		(value.length >= minBase64Length && typeByFirstBytes(firstBytesOf(base64)) !== undefined);
	// Looks for an invalid character in one pass: a pattern for the whole text would take hours on many spaces.
	const isBase64 = base64 !== '' && !/[^A-Za-z0-9+/]/.test(base64.replace(/={1,2}$/, ''));
	return isKnown && isBase64 ? { base64, mimeType } : undefined;
}

function videoAsData({ name }: KnownInput) {
	return wrongInput(`Input ${name} takes a video as a link, not as a file`, [
		`Give it a public link. Or, if the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	]);
}

/** The names of the item's files, in a sentence. */
export function filesInWords(files: ItemFiles): string {
	const names = files.names().map(quoted);
	return names.length === 0 ? 'The item has no files.' : `The item's files: ${names.join(', ')}.`;
}

function fileAdvice(given: unknown, files: ItemFiles): string {
	const field = typeof given === 'string' ? files.fieldOf(given) : undefined;
	if (field !== undefined)
		return `Write ${quoted(field)} here: the item has that file in this field.`;
	if (typeof given !== 'object') {
		return 'A link starts with http:// or https:// and contains no spaces.';
	}
	const [first = 'data'] = files.names();
	const described = uploadDescription.safeParse(given).success
		? `This only describes an uploaded file. Give the name of the file itself, such as '${first}'. `
		: '';
	return `${described}A file of another node's item is read only where the expression names it word for word, such as {{ $('Chat').first().binary?.data0 }}. Or add it to this item, for instance with a Merge node.`;
}

import { invalidInput } from '../api/failures';
import { firstBytesLength, typeByFirstBytes } from '../api/fileSignatures';
import { isLink, nameOf, type ApiInput } from './inputTypes';
import type { ItemFile, PlannedValue, SendFilesAs } from './plannedInput';
import { quoted } from './quoted';

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
		"Give it a public URL. Or, where the service can reach this n8n, set the option 'Send Files As' to 'Signed Link'.",
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

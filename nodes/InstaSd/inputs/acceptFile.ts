import { invalidInput } from '../api/failures';
import { isLink, nameOf, type ApiInput } from './inputTypes';
import type { ItemFile, PlannedValue, SendFilesAs } from './plannedInput';

/** The files of the item that an input may be given. */
export interface ItemFiles {
	/** The file in a binary field, or behind a binary data object; undefined where there is none. */
	find(nameOrBinary: unknown): ItemFile | undefined;
	/** Names of the item's binary fields. */
	names(): string[];
	sendAs: SendFilesAs;
}

const dataUrl = /^data:[^,]*?;base64,/i;

/** How base64 of the files a workflow may be given begins, by their first bytes. */
const signatures =
	/^(iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|Qk|SUkq|TU0A|AAAA.[GWm2]Z0eX|GkXfo|JVBER|UEsD|T2dnU|SUQz|Zkx)/;

/**
 * What a value for an image, video or file input is sent as. Read in this order: link, data: URL, name of a binary
 * field, base64. A video goes as a link only, as the contract says.
 * @throws Failure INVALID_INPUT for anything else, with the names of the binary fields there are
 */
export function acceptFile(input: ApiInput, given: unknown, files: ItemFiles): PlannedValue {
	const text = typeof given === 'string' ? given.trim() : given;
	if (isLink(text)) return { kind: 'value', value: text };
	if (typeof text === 'string' && dataUrl.test(text)) {
		return inline(input, text.replace(dataUrl, ''));
	}
	const file = text === '' ? undefined : files.find(text);
	if (file !== undefined) {
		if (input.type === 'video' && files.sendAs === 'base64') throw videoAsData(input);
		return { kind: 'file', file, sendAs: files.sendAs };
	}
	if (typeof text === 'string' && isBase64File(text)) return inline(input, text);
	throw notAFile(input, text, files.names());
}

function inline(input: ApiInput, base64: string): PlannedValue {
	if (input.type === 'video') throw videoAsData(input);
	return { kind: 'value', value: base64.replace(/\s/g, '') };
}

/** Whether a text is base64 of a file: long enough not to be a word, and with the first bytes of a known format. */
function isBase64File(text: string): boolean {
	return text.length >= 64 && signatures.test(text) && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text);
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
			: `Input ${nameOf(input)} takes ${what}, not '${String(given).slice(0, 80)}'`;
	return invalidInput(problem, `${has} A URL begins with http:// or https://.`);
}

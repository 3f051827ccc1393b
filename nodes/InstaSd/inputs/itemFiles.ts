import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import { wrongInput } from '../api/failures';
import { firstBytesLength, firstBytesOf, startsAsText } from '../api/fileTypes';
import { type ItemFiles, unusableFile } from './acceptValue';
import {
	type ItemFile,
	type PlannedInput,
	type SendFilesAs,
	uploadDescription,
} from './inputTypes';
import { signedLink } from './signedLinks';
import { InputErrors } from './values';

const inJson = z.object({ _files: z.record(z.unknown()) });
/** In n8n's binary mode "combined", a file's name is its path in the item's JSON. */
const combinedPrefix = /^_files\./;

/**
 * Access to the files that an item's inputs can use, without reading any.
 * @param named files of other nodes' items that the parameter names
 */
export function filesOf(
	{ context, isTool }: { context: IExecuteFunctions; isTool: boolean },
	item: number,
	sendAs: SendFilesAs,
	named: readonly FileReference[],
): ItemFiles {
	// A tool's item is what a model gave, and has no file, whatever the model calls so.
	const attached = () => (isTool ? new Map<string, IBinaryData>() : attachedTo(context, item));
	return {
		sendAs,
		names: () => [...attached().keys()],
		fieldOf: (name) => [...attached()].find(([, { fileName }]) => fileName === name)?.[0],
		find: (nameOrBinary) => {
			if (typeof nameOrBinary === 'string') {
				const name = nameOrBinary.replace(combinedPrefix, '');
				const binary = attached().get(name);
				return binary && itemFile(name, binary);
			}
			const described = uploadDescription.safeParse(nameOrBinary).data;
			if (described !== undefined) {
				const { filename, mimetype, size } = described;
				// Phones call every photo alike, and it may be that of another page of the form.
				const [own, ...others] = [...attached()].filter(
					([, { bytes, fileName, mimeType }]) =>
						fileName === filename && mimeType === mimetype && (bytes ?? size) === (size ?? bytes),
				);
				return own && others.length === 0 ? itemFile(...own) : undefined;
			}
			if (!isFile(nameOrBinary)) return undefined;
			// Only known files: the object may come from untrusted input, with the id of someone else's file.
			const own = [...attached()].find(([, file]) => isSameFile(file, nameOrBinary));
			if (own !== undefined) return itemFile(...own);
			// In the mode "combined", n8n takes the files of other nodes' items from JSON, which may be untrusted, too.
			const known = isCombined(context) ? [] : filesNamedBy(named, { context, isTool, item });
			const content = isTool || nameOrBinary.id !== undefined ? undefined : nameOrBinary;
			const file = known.find((one) => isSameFile(one, nameOrBinary)) ?? content;
			return file && itemFile(file.fileName ?? 'file', file);
		},
	};
}

/** The files attached to an item, by the names an input can refer to. */
export function attachedTo(context: IExecuteFunctions, item: number): Map<string, IBinaryData> {
	const { binary, json } = context.getInputData()[item] ?? {};
	const attached = new Map(Object.entries(binary ?? {}));
	if (!isCombined(context)) return attached;
	const files = inJson.safeParse(json);
	for (const [name, file] of Object.entries(files.data?._files ?? {})) {
		if (isFile(file) && file.id !== undefined) attached.set(name, file);
	}
	return attached;
}

/** The item's JSON without the files that the binary mode "combined" keeps in it. */
export function jsonWithoutFiles(context: IExecuteFunctions, item: number): IDataObject {
	const { json = {} } = context.getInputData()[item] ?? {};
	if (!isCombined(context)) return json;
	return Object.fromEntries(Object.entries(json).filter(([name]) => name !== '_files'));
}

/** Whether the workflow's binary mode is "combined". n8n 2.0 has neither this mode nor this method. */
export function isCombined(context: IExecuteFunctions): boolean {
	return context.getWorkflowSettings?.().binaryMode === 'combined';
}

/**
 * Refuses text in place of an image or video: an earlier node may have taken an error page for one. The first bytes are
 * read where n8n calls a file text, and of no other file. One that cannot be read now may be readable when it is sent.
 * @throws Failure INVALID_INPUT that names all such inputs and files
 */
export async function refuseText(
	context: IExecuteFunctions,
	inputs: readonly PlannedInput[],
): Promise<void> {
	const errors = new InputErrors();
	for (const { name, value } of inputs) {
		if (value.kind !== 'file' || !value.mayBeText) continue;
		const { binary, field } = value.file;
		const firstBytes = await readFirstBytes(context, binary).catch(() => Buffer.alloc(0));
		if (!startsAsText(firstBytes)) continue;
		errors.add(unusableFile(name, field, `is text (${binary.mimeType})`));
	}
	errors.throwAll('');
}

async function readFirstBytes(
	context: IExecuteFunctions,
	{ data, id }: IBinaryData,
): Promise<Buffer> {
	if (id === undefined) return firstBytesOf(data);
	const parts: AsyncIterable<Buffer> = await context.helpers.getBinaryStream(id, firstBytesLength);
	let read = Buffer.alloc(0);
	// Leaving the loop closes the file.
	for await (const part of parts) {
		read = Buffer.concat([read, part.subarray(0, firstBytesLength - read.length)]);
		if (read.length === firstBytesLength) break;
	}
	return read;
}

/**
 * What the request contains for each file, by the input's id: base64 without a prefix, or a signed link to this n8n.
 * @throws Failure INVALID_INPUT when this n8n cannot create a link that the service could open
 */
export async function readFiles(
	context: IExecuteFunctions,
	inputs: readonly PlannedInput[],
): Promise<Map<string, string>> {
	const read = new Map<string, string>();
	for (const input of inputs) {
		if (input.value.kind !== 'file') continue;
		const { file, sendAs } = input.value;
		read.set(
			input.id,
			sendAs === 'url' ? await signedLink(context, input, file) : await base64Of(context, file),
		);
	}
	return read;
}

function itemFile(field: string, binary: IBinaryData): ItemFile {
	return { field, bytes: sizeOf(binary), binary };
}

/** The size in bytes. For a stored file, n8n 2.0 gives it only as text such as `1.34 MB`. */
function sizeOf({ bytes, data, id, fileSize = '' }: IBinaryData): number {
	if (bytes !== undefined) return bytes;
	if (id === undefined) return Math.floor((data.length * 3) / 4);
	const [, amount = '0', unit = ''] = /^([\d.]+) ([kMG]?)B$/.exec(fileSize) ?? [];
	return Math.round(Number(amount) * 1000 ** ['', 'k', 'M', 'G'].indexOf(unit));
}

async function base64Of(context: IExecuteFunctions, { binary }: ItemFile): Promise<string> {
	if (binary.id === undefined) return binary.data;
	const stream = await context.helpers.getBinaryStream(binary.id);
	const content = await context.helpers.binaryToBuffer(stream);
	return content.toString('base64');
}

const text = String.raw`'(?:[^'\\\n]|\\.)+'|"(?:[^"\\\n]|\\.)+"`;
const item = String.raw`\??\.(?:item|first\(\)|last\(\)|all\(\)\[\d+\])`;
const name = String.raw`(?:\??\.[\p{ID_Start}_$][\p{ID_Continue}$]*|(?:\?\.)?\[(?:${text})\])`;
const reference = new RegExp(String.raw`(\$\((?:${text})\))${item}(\??\.binary${name})`, 'gu');

/**
 * The files of other nodes' items that a parameter names, such as `$('Chat').first().binary?.data0`: the whole expression, its
 * node, and the file behind the item. Nothing in it is computed: each word is the author's.
 * @param written the parameter before n8n evaluates it: text, or the texts of a form by their inputs
 */
export function fileReferences(written: unknown) {
	const texts = typeof written === 'string' ? [written] : Object.values(written ?? {});
	return texts
		.filter((one): one is string => typeof one === 'string' && one.startsWith('='))
		.flatMap((one) => [...one.matchAll(reference)])
		.map(([expression, node = '', file = '']) => ({ expression, node, file }));
}

export type FileReference = ReturnType<typeof fileReferences>[number];

const stored = z.object({ mimeType: z.string(), id: z.string() });
const inline = z.object({ mimeType: z.string(), id: z.undefined(), data: z.string() });

/** Whether a value is binary data, stored by n8n or with its content; n8n-workflow 2.0 has no such check. */
function isFile(value: unknown): value is IBinaryData {
	return stored.safeParse(value).success || inline.safeParse(value).success;
}

/** Whether two objects mean the same file, whatever else they say of it. */
function isSameFile(one: IBinaryData, other: IBinaryData): boolean {
	return one.id === other.id && (one.id !== undefined || one.data === other.data);
}

/**
 * The files that references mean for an item. Each is evaluated by itself, so that no data, which an expression may also
 * return, can name a file: neither an item's, nor a model's.
 * @throws Failure INVALID_INPUT when a tool cannot tell which item's file is meant
 */
function filesNamedBy(
	references: readonly FileReference[],
	{ context, isTool, item }: { context: IExecuteFunctions; isTool: boolean; item: number },
): IBinaryData[] {
	const evaluated = (expression: string): unknown => {
		try {
			return context.evaluateExpression(`{{ ${expression} }}`, item);
		} catch {
			return undefined; // The node has not run.
		}
	};
	return references.flatMap(({ expression, node, file }) => {
		if (!isTool) return [evaluated(expression)].filter(isFile);
		// n8n 2.41 gives a tool the first item's file, even for `.item`, whichever item its agent works on. After a loop, the
		// node may have run more often than the agent, whose run is that of `$prevNode`.
		const hasMore = `${node}.all().length > 1`;
		const hasRunSince = `${node}.all(undefined, $prevNode.runIndex + 1).length > 0`;
		if (evaluated(hasMore) === true || evaluated(hasRunSince) === true) {
			throw wrongInput(
				`${node} has several items, and n8n may give this tool the file of another one than its agent works on. Put the agent into 'Loop Over Items' with a batch size of 1, and name the node right before the agent, such as a 'No Operation'`,
				[],
			);
		}
		return [evaluated(`${node}.all()[0]${file}`)].filter(isFile);
	});
}

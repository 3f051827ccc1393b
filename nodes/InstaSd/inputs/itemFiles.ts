import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { invalidInput, messageOf } from '../api/failures';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import type { ItemFiles } from './acceptValue';
import type { ItemFile, PlannedInput, SendFilesAs } from './inputTypes';
import { nameOf } from './wording';

const storedFile = z.object({ mimeType: z.string(), id: z.string() });
const fileContent = z.object({ mimeType: z.string(), data: z.string() });
const inJson = z.object({ _files: z.record(z.unknown()) });
/** In n8n's binary mode "combined", a file's name is its path in the item's JSON. */
const combinedPrefix = /^_files\./;

/** Access to the binary fields of an item, without reading any file. */
export function filesOf(context: IExecuteFunctions, item: number, sendAs: SendFilesAs): ItemFiles {
	return {
		sendAs,
		names: () => [...attachedTo(context, item).keys()],
		find: (nameOrBinary) => {
			const attached = attachedTo(context, item);
			if (typeof nameOrBinary === 'string') {
				const name = nameOrBinary.replace(combinedPrefix, '');
				const binary = attached.get(name);
				return binary && itemFile(name, binary);
			}
			// Only the item's own files: the object may come from untrusted input, with the id of someone else's file.
			if (hasId(nameOrBinary)) {
				const own = [...attached].find(([, { id }]) => id === nameOrBinary.id);
				return own && itemFile(...own);
			}
			return hasContent(nameOrBinary) && !('id' in nameOrBinary)
				? itemFile(nameOrBinary.fileName ?? 'file', nameOrBinary)
				: undefined;
		},
	};
}

/** The files attached to an item, by the names an input can refer to. */
function attachedTo(context: IExecuteFunctions, item: number): Map<string, IBinaryData> {
	const { binary, json } = context.getInputData()[item] ?? {};
	const attached = new Map(Object.entries(binary ?? {}));
	// n8n 2.0 has neither this mode nor this method.
	if (context.getWorkflowSettings?.().binaryMode !== 'combined') return attached;
	const files = inJson.safeParse(json);
	for (const [name, file] of Object.entries(files.data?._files ?? {})) {
		if (hasId(file)) attached.set(name, file);
	}
	return attached;
}

/**
 * What the request contains for each file, by the input's id: base64 without a prefix, or a link to this n8n that
 * works for an hour.
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
			sendAs === 'url' ? linkTo(context, input, file) : await base64Of(context, file),
		);
	}
	return read;
}

/**
 * Checks that a link can be created for each file to be sent as one.
 * @throws Failure INVALID_INPUT like {@link readFiles}
 */
export function requireLinks(context: IExecuteFunctions, inputs: readonly PlannedInput[]): void {
	for (const input of inputs) {
		if (input.value.kind === 'file' && input.value.sendAs === 'url') {
			linkTo(context, input, input.value.file);
		}
	}
}

/** The text that replaces each file's content in the output, by the input's id. */
export function describeFiles(inputs: readonly PlannedInput[]): Map<string, string> {
	return new Map(
		inputs.flatMap(({ id, value }) =>
			value.kind === 'file'
				? [
						[
							id,
							`(${value.sendAs === 'url' ? 'link to' : 'base64 of'} '${value.file.field}', ${value.file.bytes} bytes)`,
						],
					]
				: [],
		),
	);
}

function itemFile(field: string, binary: IBinaryData): ItemFile {
	return { field, bytes: sizeOf(binary), binary };
}

/** Whether a value refers to a file in n8n's storage; n8n-workflow 2.0 has no such check. */
function hasId(value: unknown): value is IBinaryData & { id: string } {
	return storedFile.safeParse(value).success;
}

/** Whether a value is binary data with inline content. */
function hasContent(value: unknown): value is IBinaryData {
	return fileContent.safeParse(value).success;
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

function linkTo(
	context: IExecuteFunctions,
	input: PlannedInput,
	{ binary, field }: ItemFile,
): string {
	const name = nameOf({ id: input.id, title: input.title ?? input.id });
	const wayOut = `Set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.base64}', or give the input a public URL.`;
	let url: URL;
	try {
		url = new URL(context.helpers.createBinarySignedUrl(binary, '1 hour'));
	} catch (error) {
		throw invalidInput(
			`This n8n cannot create a link to the file '${field}' for input ${name}: ${messageOf(error)}`,
			wayOut,
		);
	}
	if (isPrivateHost(url.hostname)) {
		throw invalidInput(
			`The service cannot open a link to this n8n, because its address is ${url.hostname} (input ${name})`,
			`${wayOut} Or make this n8n reachable and set WEBHOOK_URL to its public address.`,
		);
	}
	return url.href;
}

const privateHost =
	/^(localhost|.+\.local|.+\.internal|[^.:]+|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[::1\]|\[f[cd][\da-f]{2}:[\da-f:]*\])$/i;

/** Whether a host (a `URL.hostname`) can be reached only from this machine or its own network. */
export function isPrivateHost(hostname: string): boolean {
	return privateHost.test(hostname);
}

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
/** How n8n's binary mode "combined" names a file: by its place in the json. */
const inCombinedMode = /^_files\./;

/** The binary fields of an item, without reading a file. */
export function filesOf(context: IExecuteFunctions, item: number, sendAs: SendFilesAs): ItemFiles {
	return {
		sendAs,
		names: () => [...attachedTo(context, item).keys()],
		find: (nameOrBinary) => {
			const attached = attachedTo(context, item);
			if (typeof nameOrBinary === 'string') {
				const name = nameOrBinary.replace(inCombinedMode, '');
				const binary = attached.get(name);
				return binary && itemFile(name, binary);
			}
			// Whoever fills in a form can write such an object, with the id of anybody's file.
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

/** The files that n8n has attached to an item, by the names under which an input may be given one. */
function attachedTo(context: IExecuteFunctions, item: number): Map<string, IBinaryData> {
	const { binary, json } = context.getInputData()[item] ?? {};
	const attached = new Map(Object.entries(binary ?? {}));
	// n8n 2.0 has neither the mode nor a way to ask for it.
	if (context.getWorkflowSettings?.().binaryMode !== 'combined') return attached;
	const files = inJson.safeParse(json);
	for (const [name, file] of Object.entries(files.data?._files ?? {})) {
		if (hasId(file)) attached.set(name, file);
	}
	return attached;
}

/**
 * What stands for each file of a task in its request, by the input's id: base64 without a prefix, or a link to this n8n
 * that works for an hour.
 * @throws Failure INVALID_INPUT when this n8n cannot give a link that the service could open
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
 * Checks that each file which is to go as a link can have one.
 * @throws Failure INVALID_INPUT as {@link readFiles}
 */
export function requireLinks(context: IExecuteFunctions, inputs: readonly PlannedInput[]): void {
	for (const input of inputs) {
		if (input.value.kind === 'file' && input.value.sendAs === 'url') {
			linkTo(context, input, input.value.file);
		}
	}
}

/** What the output says of each file instead of its content, by the input's id. */
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

/** Whether a value describes a file in n8n's storage; n8n-workflow 2.0 has no such check. */
function hasId(value: unknown): value is IBinaryData & { id: string } {
	return storedFile.safeParse(value).success;
}

/** Whether a value is a file that is not stored. */
function hasContent(value: unknown): value is IBinaryData {
	return fileContent.safeParse(value).success;
}

/** The size in bytes. n8n 2.0 tells that of a stored file only in words such as `1.34 MB`. */
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
	const instead = `Set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.base64}', or give the input a public URL.`;
	let url: URL;
	try {
		url = new URL(context.helpers.createBinarySignedUrl(binary, '1 hour'));
	} catch (error) {
		throw invalidInput(
			`This n8n cannot give a link to the file '${field}' for input ${name}: ${messageOf(error)}`,
			instead,
		);
	}
	if (isPrivateHost(url.hostname)) {
		throw invalidInput(
			`The service cannot open a link to this n8n, because its address is ${url.hostname} (input ${name})`,
			`${instead} Or make this n8n reachable and set WEBHOOK_URL to its public address.`,
		);
	}
	return url.href;
}

const privateHost =
	/^(localhost|.+\.local|.+\.internal|[^.:]+|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[::1\]|\[f[cd][\da-f]{2}:[\da-f:]*\])$/i;

/** Whether a host, as `URL.hostname` gives it, is one that only this machine or its own network reaches. */
export function isPrivateHost(hostname: string): boolean {
	return privateHost.test(hostname);
}

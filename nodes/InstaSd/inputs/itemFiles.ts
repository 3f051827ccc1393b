import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { isPrivateHost } from '../api/privateHost';
import type { ItemFiles } from './acceptFile';
import { nameOf } from './inputTypes';
import type { ItemFile, PlannedInput, SendFilesAs } from './plannedInput';

const binaryData = z
	.object({ mimeType: z.string() })
	.and(z.union([z.object({ data: z.string() }), z.object({ id: z.string() })]));

/** The binary fields of an item, without reading a file. */
export function filesOf(context: IExecuteFunctions, item: number, sendAs: SendFilesAs): ItemFiles {
	return {
		sendAs,
		names: () => {
			const { binary = {}, json = {} } = context.getInputData()[item] ?? {};
			// In n8n's binary mode "combined", binary fields lie among those of the json.
			const combined = Object.entries(json).flatMap(([key, value]) =>
				isBinaryData(value) ? [key] : [],
			);
			return [...Object.keys(binary), ...combined];
		},
		find: (nameOrBinary) => {
			if (isBinaryData(nameOrBinary))
				return itemFile(nameOrBinary.fileName ?? 'file', nameOrBinary);
			if (typeof nameOrBinary !== 'string') return undefined;
			try {
				return itemFile(nameOrBinary, context.helpers.assertBinaryData(item, nameOrBinary));
			} catch {
				return undefined;
			}
		},
	};
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

/** Whether a value describes a file; n8n-workflow 2.0 has no such check. */
function isBinaryData(value: unknown): value is IBinaryData {
	return binaryData.safeParse(value).success;
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
	const instead = "Set the option 'Send Files As' to 'Base64', or give the input a public URL.";
	let url: URL;
	try {
		url = new URL(context.helpers.createBinarySignedUrl(binary, '1 hour'));
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw invalidInput(
			`This n8n cannot give a link to the file '${field}' for input ${name}: ${reason}`,
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

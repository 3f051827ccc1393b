import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput, messageOf } from '../api/failures';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import type { ItemFile, PlannedInput } from './inputTypes';

/** For how long a link works: as long as the longest timeout, or until n8n deletes the execution. */
const lifetime = '7 days';

/**
 * Checks that a link can be created for each file to be sent as one.
 * @param isKept whether the execution goes on, or is kept, until the service has fetched the file
 * @throws Failure INVALID_INPUT when this n8n cannot create a link that the service could open
 */
export function requireLinks(
	context: IExecuteFunctions,
	inputs: readonly PlannedInput[],
	isKept: boolean,
): void {
	for (const input of inputs) {
		if (input.value.kind !== 'file' || input.value.sendAs !== 'url') continue;
		if (!isKept) {
			throw invalidInput(
				`The link to the file for input ${input.name} would expire as soon as this execution ends, because the workflow does not save successful executions`,
				`${wayOut} Or set 'Save successful production executions' in the settings of the workflow to 'Save', or use 'Run and Wait'.`,
			);
		}
		linkTo(context, input, input.value.file);
	}
}

/** Whether n8n keeps the data of the workflow's successful executions, as far as the workflow says. */
export function keepsExecutions(context: IExecuteFunctions): boolean {
	return context.getWorkflowSettings?.().saveDataSuccessExecution !== 'none';
}

/**
 * A link to a file of the item. What a webhook, form or chat has brought lies in a temporary place, from which n8n moves
 * it when the execution ends or is parked; so it is stored once more, under this execution, and that one is linked.
 * @throws Failure INVALID_INPUT like {@link requireLinks}
 */
export async function signedLink(
	context: IExecuteFunctions,
	input: PlannedInput,
	file: ItemFile,
): Promise<string> {
	const { fileName, id, mimeType } = file.binary;
	if (!id?.includes('/temp/')) return linkTo(context, input, file);
	const stream = await context.helpers.getBinaryStream(id);
	const kept = await context.helpers.prepareBinaryData(stream, fileName, mimeType);
	return linkTo(context, input, { ...file, binary: kept });
}

const wayOut = `Set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.base64}', or give the input a public link.`;

function linkTo(
	context: IExecuteFunctions,
	input: PlannedInput,
	{ binary, field }: ItemFile,
): string {
	let url: URL;
	try {
		url = new URL(context.helpers.createBinarySignedUrl(binary, lifetime));
	} catch (error) {
		throw invalidInput(
			`This n8n cannot create a link to the file '${field}' for input ${input.name}: ${messageOf(error)}`,
			wayOut,
		);
	}
	if (isPrivateHost(url.hostname)) {
		throw invalidInput(
			`The service cannot open a link to this n8n, because its address is ${url.hostname} (input ${input.name})`,
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

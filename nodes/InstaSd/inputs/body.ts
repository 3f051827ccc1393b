import { randomBytes } from 'node:crypto';

import { Failure } from '../api/failures';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import type { PreparedRequest, SentInputs } from '../api/task';
import { type ApiInput, inputKinds, type PlannedInput, type PlannedValue } from './inputTypes';
import { rangeInTitle } from './scalars';
import { isSeedTitle } from './roles';

/** Upper bounds, in bytes, for a seed and for the link to a file. */
const maxSeedBytes = 20;
const maxLinkBytes = 500;

/**
 * Prepares the request of a planned task; files are not read yet.
 * @param seeds those that it was sent with before, in the order of the inputs; new ones are drawn without
 */
export function prepareRequest(
	inputs: readonly PlannedInput[],
	random: () => number,
	seeds?: readonly number[],
): PreparedRequest {
	const used: number[] = [];
	const sent = Object.fromEntries(
		inputs.map(({ id, title, value: planned }) => {
			let value: unknown;
			if (planned.kind === 'value') value = planned.value;
			else if (planned.kind === 'file') value = inWords(planned);
			else {
				const seed = seeds?.[used.length] ?? drawSeed(title ?? '', random);
				used.push(seed);
				value = planned.asText ? String(seed) : seed;
			}
			return [id, title === undefined ? { value } : { title, value }];
		}),
	);
	return { seeds: used, sent, fromSample: namesFromSample(inputs) };
}

/** The names of the inputs that are sent as in the sample, because no value was given for them. */
function namesFromSample(planned: readonly PlannedInput[]): PreparedRequest['fromSample'] {
	const inputs = planned.flatMap(({ fromSample }) => fromSample ?? []);
	const namesOf = (isFile: boolean) =>
		inputs
			.filter(({ type }) => isFile === (inputKinds[type].isFile ?? false))
			.map(({ fieldName }) => fieldName);
	return { files: namesOf(true), others: namesOf(false) };
}

function inWords({ file, sendAs }: Extract<PlannedValue, { kind: 'file' }>): string {
	return `(${sendAs === 'url' ? 'link to' : 'base64 of'} '${file.field}', ${file.bytes} bytes)`;
}

/**
 * The body of a request as JSON text, with what is sent for each file.
 * @param files by the input's id
 */
export function bodyOf({ sent }: PreparedRequest, files: ReadonlyMap<string, string>): string {
	const entries = Object.entries(sent).map(([id, entry]) => {
		const value = files.get(id);
		return [id, value === undefined ? entry : { ...entry, value }];
	});
	return JSON.stringify({ inputs: Object.fromEntries(entries) });
}

/** The size of the request body in bytes, estimated without reading any file; never less than the real size. */
export function plannedBytes(inputs: readonly PlannedInput[]): number {
	const parts = inputs.map(
		({ id, title, value }) => bytesOf([id, title]) + 30 + plannedValueBytes(value),
	);
	return parts.reduce((sum, bytes) => sum + bytes, 20);
}

/**
 * The error for a body that is too large; nothing has been sent.
 * @param bytes size of the whole body
 */
export function bodyTooLarge(inputs: readonly PlannedInput[], bytes: number): Failure {
	const largest = inputs
		.map(({ name, value }) => ({ name, bytes: plannedValueBytes(value) }))
		.sort((one, other) => other.bytes - one.bytes)
		.slice(0, 5)
		.filter((part, index) => index === 0 || part.bytes > 100_000)
		.map((part) => `${part.name}: ${megabytes(part.bytes)}`);
	return new Failure({
		code: 'PAYLOAD_TOO_LARGE',
		message: `The request would be ${megabytes(bytes)}, but the service accepts at most 10 MB (${largest.join(', ')})`,
		description: `Nothing was sent. Give the file as a public link, or, if the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
	});
}

function plannedValueBytes(value: PlannedInput['value']): number {
	if (value.kind === 'seed') return maxSeedBytes;
	if (value.kind === 'value') return bytesOf(value.value);
	return value.sendAs === 'url' ? maxLinkBytes : Math.ceil(value.file.bytes / 3) * 4 + 2;
}

function bytesOf(value: unknown): number {
	return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * A random integer from 0 to 2^32 − 1, from a cryptographic source: parallel executions never share a sequence. Some seed
 * nodes refuse more than 2^50, and numpy more than this.
 */
export function randomInteger(): number {
	return randomBytes(4).readUInt32BE();
}

/**
 * A fresh seed, because the service does not randomise on API calls. A title such as "Seed (1-1000)" limits it;
 * otherwise it is any integer from 0 to 2^32 − 1.
 */
export function drawSeed(title: string, random: () => number): number {
	const range = rangeInTitle(title);
	// Never below 0: some ComfyUI nodes treat a negative seed as a request to draw their own.
	const least = Math.max(0, range?.least ?? 0);
	const greatest = range?.greatest ?? -1;
	const isKept = [least, greatest].every(Number.isSafeInteger) && least <= greatest;
	return isKept ? least + (random() % (greatest - least + 1)) : random();
}

/**
 * The seeds a task was sent with.
 * @param inputs of the credential's example; without one, seeds are recognized by their titles
 */
export function seedsOf(
	sent: SentInputs,
	inputs: readonly ApiInput[] | undefined,
): Array<string | number> {
	const isSeed = (id: string, title = '') =>
		inputs === undefined
			? isSeedTitle(title)
			: inputs.some((input) => input.id === id && input.type === 'seed');
	return Object.entries(sent).flatMap(([id, { title, value }]) =>
		isSeed(id, title) && (typeof value === 'number' || typeof value === 'string') ? [value] : [],
	);
}

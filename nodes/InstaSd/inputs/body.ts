import { randomBytes } from 'node:crypto';

import type { SentInputs } from '../api/client';
import { Failure } from '../api/failures';
import { fileTransports, nodeOptions } from '../api/nodeOptions';
import { type ApiInput, isSeedTitle, type PlannedInput } from './inputTypes';
import { rangeInTitle } from './scalars';

/** Upper bounds, in bytes, for a seed and for the link to a file. */
const maxSeedBytes = 20;
const maxLinkBytes = 500;

/** A new seed for each input planned as one, in the order of the inputs. */
export function drawSeeds(inputs: readonly PlannedInput[], random: RandomInteger): number[] {
	return inputs.flatMap(({ title, value }) =>
		value.kind === 'seed' ? [drawSeed(title ?? '', random)] : [],
	);
}

/**
 * The inputs to send, with seeds and files filled in.
 * @param seeds one for each planned seed, in the order of the inputs
 * @param files what to send for each file, by the input's id
 */
export function fillInputs(
	inputs: readonly PlannedInput[],
	seeds: readonly number[],
	files: ReadonlyMap<string, string>,
): SentInputs {
	const unused = [...seeds];
	return Object.fromEntries(
		inputs.map(({ id, title, value }) => {
			let filled: unknown;
			if (value.kind === 'value') filled = value.value;
			else if (value.kind === 'file') filled = files.get(id);
			else filled = value.asText ? String(unused.shift()) : unused.shift();
			return [id, { ...(title === undefined ? {} : { title }), value: filled }];
		}),
	);
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
		description: `Nothing was sent. Give the file as a public URL, or, if the service can reach this n8n, set the option '${nodeOptions.sendFilesAs.label}' to '${fileTransports.url}'.`,
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

/** Returns a random integer from 0 to 2^53 − 1. */
export type RandomInteger = () => number;

/** Uses a cryptographic source, so that parallel executions never share a sequence. */
export function randomInteger(): number {
	return Number(randomBytes(8).readBigUInt64BE() >> 11n);
}

/**
 * A fresh seed, because the service does not randomise on API calls. A title such as "Seed (0-4294967295)" limits it;
 * otherwise it is any integer from 0 to 2^53 − 1.
 */
export function drawSeed(title: string, random: RandomInteger): number {
	const range = rangeInTitle(title);
	if (range === undefined) return random();
	// Never below 0: some ComfyUI nodes treat a negative seed as a request to draw their own.
	const least = Math.max(0, range.least);
	const { greatest } = range;
	if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || greatest < 0)
		return random();
	return least + (random() % (greatest - least + 1));
}

/**
 * The seed a task was sent with; undefined if it has none, or more than one.
 * @param inputs of the credential's example; without one, seeds are recognized by their titles
 */
export function seedOf(
	sent: SentInputs,
	inputs: readonly ApiInput[] | undefined,
): string | number | undefined {
	const isSeed = (id: string, title = '') =>
		inputs === undefined
			? isSeedTitle(title)
			: inputs.some((input) => input.id === id && input.type === 'seed');
	const seeds = Object.entries(sent).flatMap(([id, { title, value }]) =>
		isSeed(id, title) && (typeof value === 'number' || typeof value === 'string') ? [value] : [],
	);
	return seeds.length === 1 ? seeds[0] : undefined;
}

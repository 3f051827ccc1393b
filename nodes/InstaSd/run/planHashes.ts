import { createHash, type Hash } from 'node:crypto';

import type { PlannedInput } from '../inputs/plannedInput';
import type { Session } from './session';

/** What tells a task from another in the ledger, 16 characters each. */
export interface PlanHashes {
	/** Of what the user wrote, and the item it is for. */
	written: string;
	/** Of what it evaluated to. */
	values: string;
}

/** The hash of what the user wrote for all items: the parameters before evaluation, and the API. */
export function writtenHash({ context, baseUrl, inputs }: Session): string {
	const { inputMode, inputs: form, inputsJson } = context.getNode().parameters;
	return hashOf(baseUrl, inputs, inputMode, form, inputsJson);
}

/**
 * The hashes of an item's tasks.
 * @param written as {@link writtenHash} gives it
 * @param planned the values, before seeds are drawn
 */
export function planHashes(
	{ context, baseUrl }: Session,
	written: string,
	item: number,
	planned: readonly PlannedInput[],
): PlanHashes {
	const { json, binary } = context.getInputData()[item] ?? {};
	const files = Object.entries(binary ?? {}).map(([name, { id, fileName, bytes }]) => [
		name,
		id,
		fileName,
		bytes,
	]);
	return { written: hashOf(written, json, files), values: valuesHash(baseUrl, planned) };
}

/** A file counts as its id, name and size, never its content. */
function valuesHash(baseUrl: string, inputs: readonly PlannedInput[]): string {
	const hash = createHash('sha256').update(baseUrl);
	for (const { id, value } of inputs) {
		hash.update(`\0${id}\0${value.kind}\0`);
		if (value.kind === 'value') hash.update(JSON.stringify(value.value) ?? '');
		if (value.kind === 'file') {
			const { binary, bytes } = value.file;
			hash.update(JSON.stringify([binary.id, binary.fileName, bytes, value.sendAs]));
		}
	}
	return shortened(hash);
}

/** A hash of values, also of such as JSON cannot write. */
export function hashOf(...parts: readonly unknown[]): string {
	return shortened(createHash('sha256').update(jsonOf(parts)));
}

/** As JSON, also of what has none: an item may hold anything, in circles, as long as no input uses it. */
function jsonOf(parts: readonly unknown[]): string {
	try {
		return JSON.stringify(parts);
	} catch {
		return jsonOfParts(parts);
	}
}

/** Each object on its own, with numbers for the objects in it: so it has no circles, and is not deep. */
function jsonOfParts(whole: object): string {
	const numbers = new Map<object, number>([[whole, 0]]);
	const written: string[] = [];
	// Grows while it is gone through.
	for (const part of numbers.keys()) {
		written.push(
			JSON.stringify(part, function (this: unknown, _key, value: unknown) {
				if (this !== part) return value;
				if (typeof value === 'bigint') return `${value}n`;
				if (typeof value !== 'object' || value === null) return value;
				const number = numbers.get(value) ?? numbers.size;
				numbers.set(value, number);
				return [number];
			}),
		);
	}
	return written.join('\n');
}

function shortened(hash: Hash): string {
	return hash.digest('base64url').slice(0, 16);
}

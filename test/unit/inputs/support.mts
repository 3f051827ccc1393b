import { Failure } from '../../../nodes/InstaSd/api/failures';
import type { ItemFiles } from '../../../nodes/InstaSd/inputs/acceptValue';
import type {
	KnownInput,
	PlannedInput,
	SendFilesAs,
} from '../../../nodes/InstaSd/inputs/inputTypes';
import { inferType } from '../../../nodes/InstaSd/inputs/roles';
import { textToImage } from '../../../sandbox/emulator/apis.mts';

/** The contract's own sample request, as a person would paste it. */
export const articleBody = { inputs: textToImage.inputs };

export const imageUrl = 'https://example.com/cat.png';

/** What the work refuses to do, and why; fails when it does it, or breaks in another way. */
export function refusalOf(work: () => unknown): { message: string; description: string } {
	let done: unknown;
	try {
		done = work();
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		expect(error.details.code).toBe('INVALID_INPUT');
		expect(error.details.description).not.toBe('');
		const { message, description } = error.details;
		return { message, description };
	}
	throw new Error(`it was not refused, but gave ${JSON.stringify(done)}`);
}

/** What the work gives, or undefined where it refuses; any other error fails the test. */
export function unlessRefused<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		expect(error.details.code).toBe('INVALID_INPUT');
		expect(error.message).not.toMatch(/undefined|\[object/);
		return undefined;
	}
}

/** An item with files of these names and sizes. */
export function itemWith(
	fields: Record<string, number> = {},
	sendAs: SendFilesAs = 'base64',
): ItemFiles {
	return {
		sendAs,
		names: () => Object.keys(fields),
		fieldOf: (name) => Object.keys(fields).find((field) => name === `${field}.png`),
		find: (name) => {
			const bytes = typeof name === 'string' ? fields[name] : undefined;
			if (typeof name !== 'string' || bytes === undefined) return undefined;
			return { field: name, bytes, binary: { data: '', mimeType: 'image/png', id: `id-${name}` } };
		},
	};
}

export const emptyItem = itemWith();

let made = 0;
/** An input as the example would make it, with what is said here instead. */
export function input(described: Partial<KnownInput> = {}): KnownInput {
	const { title = 'Prompt', sample = undefined, type = inferType(title, sample) } = described;
	const names = {
		name: `'${title}'`,
		fieldName: title,
		toolName: title,
		label: title,
		numbered: title,
	};
	const known = { ...names, role: undefined, isRequired: false };
	return { id: `id${made++}`, title, type, sample, options: [], ...known, ...described };
}

/** The values of a plan by id; seeds and files as their kind. */
export function valuesOf(planned: readonly PlannedInput[]): Record<string, unknown> {
	return Object.fromEntries(
		planned.map(({ id, value }) => [id, value.kind === 'value' ? value.value : value.kind]),
	);
}

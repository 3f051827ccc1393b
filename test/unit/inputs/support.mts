import type { ItemFiles } from '../../../nodes/InstaSd/inputs/acceptFile.ts';
import { Failure } from '../../../nodes/InstaSd/api/failures.ts';
import { inferType, type ApiInput } from '../../../nodes/InstaSd/inputs/inputTypes.ts';
import type { PlannedInput, SendFilesAs } from '../../../nodes/InstaSd/inputs/plannedInput.ts';

/** The contract's own sample request, as a person would paste it. */
export const articleBody = {
	inputs: {
		'7b7fae99f81ef925': {
			title: 'Prompt',
			value: 'Woman sitting on a chair with a cheetah in front of her',
		},
		b0c46c069a9e96c8: { title: 'Output Width', value: 880 },
		b138cda90d074df1: { title: 'Output Height', value: 1176 },
		'7200c51e92f780da': { title: 'Steps (8-12)', value: 12 },
		d228a236441bc317: { title: 'Strength (0-1)', value: 0.3 },
		'1db050bbc968f384': { title: 'Batch Size', value: 1 },
		'94c18e9e703d2087': { title: 'InstaSD API Input - Seed', value: 42 },
		'1022e871b44ce7f6': { title: 'Skip lora?', value: '2' },
		'8428ca86f40f597d': { title: 'Load Image', value: 'publicly available URL for the image' },
		'239f8aef5854078c': { title: 'InstaSD API Input - Lora Loader', value: '' },
	},
};

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

/** An item with binary fields of these names and sizes. */
export function itemWith(
	fields: Record<string, number> = {},
	sendAs: SendFilesAs = 'base64',
): ItemFiles {
	return {
		sendAs,
		names: () => Object.keys(fields),
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
export function input(described: Partial<ApiInput> = {}): ApiInput {
	const { title = 'Prompt', sample = undefined, type = inferType(title, sample) } = described;
	return { id: `id${made++}`, title, type, sample, options: [], ...described };
}

/** The values of a plan by id; seeds and files as their kind. */
export function valuesOf(planned: readonly PlannedInput[]): Record<string, unknown> {
	return Object.fromEntries(
		planned.map(({ id, value }) => [id, value.kind === 'value' ? value.value : value.kind]),
	);
}

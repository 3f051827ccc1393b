import { isFileItself } from './acceptFile';
import { fileTypes, shortTitle, type ApiInput, type InputType } from './inputTypes';

/** What a person must know to fill in a field; the form has no other place for it than the label. */
const hints: Partial<Record<InputType, string>> = {
	seed: 'random or a number',
	image: 'URL or binary field',
	file: 'URL or binary field',
	video: 'URL',
	integer: 'whole number',
};

/** As many characters of a title as leave room for an id within the 63 that n8n keeps of an AI key. */
const longestTellable = 40;

/**
 * A label for each input, in their order: the title, a hint for the type, and, where that is not unique, as many
 * characters of the id as it takes. Unique means different as n8n's keys for AI agents, which fold every character
 * but letters, digits and hyphens to `_` and end after 63.
 */
export function labelInputs(inputs: readonly ApiInput[]): string[] {
	const labels = inputs.map((input) => label(input, ''));
	for (let length = 4; ; length *= 2) {
		const ambiguous = indexesOfRepeats(labels.map(aiKey));
		if (ambiguous.size === 0) return labels;
		for (const index of ambiguous) {
			const input = inputs[index];
			if (input === undefined) continue;
			const mark =
				length < input.id.length || length <= 16 ? input.id.slice(0, length) : `#${index + 1}`;
			labels[index] = label(input, ` [${mark}]`);
		}
	}
}

/** The key under which n8n offers a field to an AI agent. */
export function aiKey(text: string): string {
	const key = text.replace(/[^a-zA-Z0-9-]/g, '_');
	return key.length >= 64 ? key.slice(0, 63) : key;
}

/** Whether an input has no value of its own to start with, so that the user must give one. */
export function mustBeGiven(input: ApiInput): boolean {
	return fileTypes.has(input.type) && !isFileItself(input.sample);
}

function label(input: ApiInput, mark: string): string {
	const title = labelText(shortTitle(input.title)) || labelText(input.id) || 'Input';
	const start =
		mark !== '' && title.length > longestTellable ? `${cut(title, longestTellable)}…` : title;
	// The panel shows about 25 characters of a label, so the most important word comes first.
	const hint = [mustBeGiven(input) ? 'required' : undefined, hints[input.type]]
		.filter(Boolean)
		.join(': ');
	return `${start}${mark}${hint === '' ? '' : ` (${hint})`}`;
}

/** n8n would evaluate a label that begins with "=" as an expression. */
function labelText(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** The first characters of a text, without the half of one that takes two. */
function cut(text: string, length: number): string {
	return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

function indexesOfRepeats(keys: readonly string[]): Set<number> {
	const places = new Map<string, number[]>();
	keys.forEach((key, index) => {
		const place = places.get(key);
		if (place === undefined) places.set(key, [index]);
		else place.push(index);
	});
	return new Set([...places.values()].filter(({ length }) => length > 1).flat());
}

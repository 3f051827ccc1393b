import type { ResourceMapperField } from 'n8n-workflow';

import { isFileItself } from './acceptValue';
import { type ApiInput, fileTypes, type InputType, isPrompt, shortTitle } from './inputTypes';

const fieldTypes: Record<InputType, ResourceMapperField['type']> = {
	text: 'string',
	number: 'number',
	integer: 'number',
	boolean: 'boolean',
	options: 'options',
	// n8n sends an untouched number field as 0, so a seed is text that says what will be sent.
	seed: 'string',
	image: 'string',
	video: 'string',
	file: 'string',
};

/** The form of an API in n8n's resource mapper: a field for each input, keyed by the input's id. */
export function inputFields(inputs: readonly ApiInput[]): ResourceMapperField[] {
	return labelledInputs(inputs).map(({ input, label }) => ({
		id: input.id,
		displayName: label,
		type: fieldTypes[input.type],
		// n8n's own check of required fields names only the opaque id; ours names the title.
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		readOnly: false,
		removed: false,
		...startValue(input),
		...(input.type === 'options'
			? { options: input.options.map((value) => ({ name: String(value), value })) }
			: {}),
	}));
}

function startValue(input: ApiInput): Pick<ResourceMapperField, 'defaultValue'> {
	if (input.type === 'seed') return { defaultValue: 'random' };
	if (startsEmpty(input) || input.sample === undefined) return {};
	return { defaultValue: input.sample };
}

/**
 * What a person must know to fill in a field; the form has no other place for it than the label. The first that fits is
 * shown.
 */
const hints: Partial<Record<InputType, string[]>> = {
	seed: ['random or a number', 'random or number'],
	image: ['URL or binary field', 'URL or binary'],
	file: ['URL or binary field', 'URL or binary'],
	video: ['URL'],
	integer: ['whole number'],
};

/** So many characters of a label are seen in the panel as it opens; nothing shows the rest. */
const seen = 30;

/** The inputs of an API, in their order, each with what it is called and with the label of its field. */
export function labelledInputs(inputs: readonly ApiInput[]): LabelledInput[] {
	return nameInputs(inputs, labelOf).map((named) => ({
		...named,
		name: nameOfInput(named),
		label: labelOf(named),
	}));
}

/** `name` is what no other input of the API is called. */
export type LabelledInput = NamedInput & { name: string; label: string };

/** Whether an input has no value of its own that could be sent, so that the user must give one, in whatever way. */
export function mustBeGiven(input: ApiInput): boolean {
	return fileTypes.has(input.type) && !isFileItself(input.sample);
}

/** Whether the field of an input starts empty, and must be filled in. */
export function startsEmpty(input: ApiInput): boolean {
	return mustBeGiven(input) || isPrompt(input);
}

/**
 * The label of a field. Its name and that it must be filled in are always seen; a title is shortened only where its
 * number would be out of sight.
 */
function labelOf({ input, title, mark }: NamedInput): string {
	const name = `${title}${mark}`;
	const isRequired = startsEmpty(input);
	const texts = (hints[input.type] ?? []).map((hint) => (isRequired ? `required: ${hint}` : hint));
	const labels = [...texts, ...(isRequired ? ['required'] : [])].map((text) => `${name} (${text})`);
	const fitting = labels.find(({ length }) => length <= seen);
	if (fitting !== undefined) return fitting;
	const start = isRequired ? 'Required: ' : '';
	const room = Math.max(8, seen - start.length - mark.length - 1);
	return `${start}${mark === '' ? title : shortened(title, room)}${mark}`;
}

/** An input as the form, JSON, automatic mapping and errors call it. */
export interface NamedInput {
	input: ApiInput;
	/** Its title, as far as the form shows it. */
	title: string;
	/** What tells it from others of its title: ` 1`, ` 2`, …, and where that is not enough, a part of its id. */
	mark: string;
	/** Title and number alone; undefined where the title does not repeat. */
	numbered: string | undefined;
}

/** As many characters of a title as leave room for an id within the 63 that n8n keeps of an AI key. */
const longestTellable = 40;

/**
 * What the inputs are called, in their order. Titles that repeat are numbered in the order of the example, so that an
 * input keeps its number when the example grows at its end. Repeating means that n8n has one key for AI agents for both:
 * it folds every character but letters, digits and hyphens to `_` and ends a key after 63.
 * @param labelOf what the form makes of a name; labels are told apart, too
 */
export function nameInputs(
	inputs: readonly ApiInput[],
	labelOf: (named: NamedInput) => string,
): NamedInput[] {
	const titles = inputs.map(titleInForm);
	const numbers = numberRepeats(titles.map(aiKey));
	const all = inputs.map((input, index) => {
		const [title = input.id, mark = ''] = [titles[index], numbers[index]];
		return { input, title, mark, numbered: mark === '' ? undefined : `${title}${mark}` };
	});
	for (let length = 2; ; length *= 2) {
		const repeated = new Set([
			...indexesOfRepeats(all.map((named) => aiKey(nameOfInput(named)))),
			...indexesOfRepeats(all.map((named) => aiKey(labelOf(named)))),
		]);
		if (repeated.size === 0) return all;
		for (const index of repeated) {
			const named = all[index];
			if (named === undefined) continue;
			named.title = shortened(named.title, longestTellable);
			if (length === 2) continue;
			const { id } = named.input;
			const part = length < id.length || length <= 16 ? id.slice(0, length) : `#${index + 1}`;
			named.mark = `${numbers[index] ?? ''} [${part}]`;
		}
	}
}

/** The name of an input: its title, with a number where titles repeat. */
export function nameOfInput({ title, mark }: Pick<NamedInput, 'title' | 'mark'>): string {
	return `${title}${mark}`;
}

/** The key under which n8n offers a field to an AI agent. */
export function aiKey(text: string): string {
	const key = text.replace(/[^a-zA-Z0-9-]/g, '_');
	return key.length >= 64 ? key.slice(0, 63) : key;
}

/** At most so many characters of a text, without the half of one that takes two. */
export function shortened(text: string, length: number): string {
	if (text.length <= length) return text;
	return `${text
		.slice(0, length)
		.replace(/[\uD800-\uDBFF]$/, '')
		.trimEnd()}…`;
}

function titleInForm({ title, id }: ApiInput): string {
	return labelText(shortTitle(title)) || labelText(id) || 'Input';
}

/** n8n would evaluate a label that begins with "=" as an expression. */
function labelText(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** ` 1`, ` 2`, … for keys that repeat, nothing for the others. */
function numberRepeats(keys: readonly string[]): string[] {
	const repeated = indexesOfRepeats(keys);
	const counts = new Map<string, number>();
	return keys.map((key, index) => {
		if (!repeated.has(index)) return '';
		const count = (counts.get(key) ?? 0) + 1;
		counts.set(key, count);
		return ` ${count}`;
	});
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

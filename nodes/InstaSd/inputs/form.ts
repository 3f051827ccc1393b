import type { ResourceMapperField } from 'n8n-workflow';

import { isLinkOrInlineFile } from './acceptValue';
import { type ApiInput, fileTypes, type InputType, isPrompt, shortTitle } from './inputTypes';

const fieldTypes: Record<InputType, ResourceMapperField['type']> = {
	text: 'string',
	number: 'number',
	integer: 'number',
	boolean: 'boolean',
	options: 'options',
	// n8n sends an untouched number field as 0, so a seed is a text field, with 'random' as its default.
	seed: 'string',
	image: 'string',
	video: 'string',
	file: 'string',
};

/**
 * An API's form for n8n's resource mapper: one field per input, keyed by the input's id.
 * @param forModel whether a model may fill it in: n8n makes the names of a tool's parameters from the labels
 */
export function inputFields(inputs: readonly ApiInput[], forModel = false): ResourceMapperField[] {
	return labelledInputs(inputs).map(({ input, label, name }) => ({
		id: input.id,
		displayName: forModel ? name : label,
		type: fieldTypes[input.type],
		// n8n's own check for required fields names only the opaque id; this node's check names the title.
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		readOnly: false,
		removed: false,
		...defaultOf(input),
		...(input.type === 'options'
			? { options: input.options.map((value) => ({ name: String(value), value })) }
			: {}),
	}));
}

function defaultOf(input: ApiInput): Pick<ResourceMapperField, 'defaultValue'> {
	if (input.type === 'seed') return { defaultValue: 'random' };
	if (startsEmpty(input) || input.sample === undefined) return {};
	return { defaultValue: input.sample };
}

/** How to fill in a field. The form can show it only in the label, which gets the first hint that fits. */
const hints: Partial<Record<InputType, string[]>> = {
	seed: ['random or a number', 'random or number'],
	image: ['URL or binary field', 'URL or binary'],
	file: ['URL or binary field', 'URL or binary'],
	video: ['URL'],
	integer: ['whole number'],
};

/** Number of characters of a label that the panel shows at its default width; the rest is cut off. */
const visibleLength = 30;

/** An API's inputs, in order, each with its name and the label of its field. */
export function labelledInputs(inputs: readonly ApiInput[]): LabelledInput[] {
	return nameInputs(inputs, labelOf).map((named) => ({
		...named,
		name: nameOfInput(named),
		label: labelOf(named),
	}));
}

/** `name` is unique among the API's inputs. */
export type LabelledInput = NamedInput & { name: string; label: string };

/** Whether the example has no usable value for an input, so that the user must give one. */
export function needsValue(input: ApiInput): boolean {
	return fileTypes.has(input.type) && !isLinkOrInlineFile(input.sample);
}

/** Whether the input's field starts empty and is required. */
export function startsEmpty(input: ApiInput): boolean {
	return needsValue(input) || isPrompt(input);
}

/**
 * The label of a field. Its name and whether it is required are always visible; a title is shortened only if its number
 * would be cut off.
 */
function labelOf({ input, title, suffix }: NamedInput): string {
	const name = `${title}${suffix}`;
	const isRequired = startsEmpty(input);
	const notes = (hints[input.type] ?? []).map((hint) => (isRequired ? `required: ${hint}` : hint));
	const labels = [...notes, ...(isRequired ? ['required'] : [])].map((text) => `${name} (${text})`);
	const fitting = labels.find(({ length }) => length <= visibleLength);
	if (fitting !== undefined) return fitting;
	const start = isRequired ? 'Required: ' : '';
	const room = Math.max(8, visibleLength - start.length - suffix.length - 1);
	return `${start}${suffix === '' ? title : truncate(title, room)}${suffix}`;
}

/** An input as the form, JSON, automatic mapping and errors call it. */
export interface NamedInput {
	input: ApiInput;
	/** Its title as the form shows it, perhaps shortened. */
	title: string;
	/** Distinguishes inputs with the same title: ` 1`, ` 2`, …, with a part of the id if that is not enough. */
	suffix: string;
	/** Title and number alone; undefined if the title is unique. */
	numbered: string | undefined;
}

/** Maximum title length that leaves room for an id in the 63 characters n8n keeps of an AI key. */
const maxTitleLength = 40;

/**
 * Names the inputs. Repeated titles are numbered in the order of the example, so that an input keeps its number when
 * inputs are added at the end. Titles count as repeated if n8n gives them the same key for AI agents: it replaces every
 * character except ASCII letters, digits and hyphens with `_` and keeps at most 63 characters.
 * @param labelOf the label for a name; labels are made unique, too
 */
export function nameInputs(
	inputs: readonly ApiInput[],
	labelOf: (named: NamedInput) => string,
): NamedInput[] {
	const titles = inputs.map(titleInForm);
	const numbers = numberRepeats(titles.map(aiKey));
	const all = inputs.map((input, index) => {
		const [title = input.id, suffix = ''] = [titles[index], numbers[index]];
		return { input, title, suffix, numbered: suffix === '' ? undefined : `${title}${suffix}` };
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
			named.title = truncate(named.title, maxTitleLength);
			if (length === 2) continue;
			const { id } = named.input;
			const part = length < id.length || length <= 16 ? id.slice(0, length) : `#${index + 1}`;
			named.suffix = `${numbers[index] ?? ''} [${part}]`;
		}
	}
}

export function nameOfInput({ title, suffix }: Pick<NamedInput, 'title' | 'suffix'>): string {
	return `${title}${suffix}`;
}

/** The key of a field in the tool that n8n offers an AI agent. */
export function aiKey(text: string): string {
	const key = text.replace(/[^a-zA-Z0-9-]/g, '_');
	return key.length >= 64 ? key.slice(0, 63) : key;
}

/** At most `length` UTF-16 units of a text, without splitting a surrogate pair. */
export function truncate(text: string, length: number): string {
	if (text.length <= length) return text;
	return `${text
		.slice(0, length)
		.replace(/[\uD800-\uDBFF]$/, '')
		.trimEnd()}…`;
}

function titleInForm({ title, id }: ApiInput): string {
	return labelText(shortTitle(title)) || labelText(id) || 'Input';
}

/** Strips a leading "=": n8n would evaluate the label as an expression. */
function labelText(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** ` 1`, ` 2`, … for repeated keys, an empty text for the others. */
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
	const indexes = new Map<string, number[]>();
	keys.forEach((key, index) => {
		const found = indexes.get(key);
		if (found === undefined) indexes.set(key, [index]);
		else found.push(index);
	});
	return new Set([...indexes.values()].filter(({ length }) => length > 1).flat());
}

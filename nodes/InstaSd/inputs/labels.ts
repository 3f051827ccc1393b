import { isFileItself } from './acceptFile';
import { fileTypes, isPrompt, type ApiInput, type InputType } from './inputTypes';
import { nameInputs, nameOfInput, shortened, type NamedInput } from './names';

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

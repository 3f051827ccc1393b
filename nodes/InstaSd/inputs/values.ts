import { Failure, invalidInput } from '../api/failures';
import { acceptValue, type ItemFiles } from './acceptValue';
import { needsValue } from './form';
import { type ApiInput, isPrompt, type PlannedInput, type PlannedValue } from './inputTypes';
import { findInputs, uniqueName } from './keys';
import { nameOf, quoted } from './wording';

/** The values from the user. */
export interface GivenValues {
	/** By the input's id. Inputs that are missing here get the example's value. */
	values: Map<string, Given>;
	/** Errors in the way the values were given. */
	errors: InputErrors;
}
/** `missing`: a required prompt without a value. */
type Given =
	| { kind: 'value'; value: unknown }
	| { kind: 'emptied' }
	| { kind: 'missing'; mappingMode: FormValues['mappingMode'] };

/** The form's parameter after n8n has evaluated its expressions. */
export interface FormValues {
	mappingMode: 'defineBelow' | 'autoMapInputData';
	value: Readonly<Record<string, unknown>>;
	/** The values before evaluation: a cleared field can be null there. */
	rawValue: Readonly<Record<string, unknown>>;
	schema: ReadonlyArray<{
		id: string;
		displayName?: string | undefined;
		removed?: boolean | undefined;
	}>;
}

/**
 * Reads the form. The editor drops a field's value when the field is emptied and when it is removed; only the schema
 * distinguishes the two.
 * @param json the item's fields, which automatic mapping reads
 * @throws Failure INVALID_INPUT when the form belongs to another API: the editor keeps it when the credential changes
 */
export function valuesFromForm(
	inputs: readonly ApiInput[],
	form: FormValues,
	json: Readonly<Record<string, unknown>>,
): GivenValues {
	const { mappingMode } = form;
	const missing: Given = { kind: 'missing', mappingMode };
	if (mappingMode === 'autoMapInputData') {
		const given = assign(inputs, Object.entries(json), () => undefined);
		for (const input of inputs) {
			if (isBlank(given.values.get(input.id)) && isPrompt(input))
				given.values.set(input.id, missing);
		}
		return given;
	}
	const fields = new Map(form.schema.map(({ id, removed }) => [id, removed === true]));
	if (fields.size > 0 && !inputs.some(({ id }) => fields.has(id))) throw formOfAnotherApi();
	const known = new Set(inputs.map(({ id }) => id));
	const obsolete = form.schema.find(
		({ id, removed }) => removed !== true && !known.has(id) && Object.hasOwn(form.value, id),
	);
	if (obsolete !== undefined) throw formOfOldApi(obsolete);
	const values = new Map<string, Given>();
	for (const input of inputs) {
		const { id } = input;
		const removed = fields.get(id);
		if (removed === true) continue;
		const isFilled = Object.hasOwn(form.value, id) && form.rawValue[id] !== null;
		if (!isFilled && removed === undefined) continue;
		const given: Given = isFilled ? { kind: 'value', value: form.value[id] } : { kind: 'emptied' };
		values.set(id, isBlank(given) && isPrompt(input) ? missing : given);
	}
	return { values, errors: new InputErrors() };
}

/** Whether nothing was given, or only whitespace. */
function isBlank(given: Given | undefined): boolean {
	if (given?.kind !== 'value') return true;
	return typeof given.value === 'string' && given.value.trim() === '';
}

/**
 * Assigns each value to the input its key refers to. A key for two inputs is an error, as are two keys for one input.
 * @param unknown returns the error for an unknown key; undefined to ignore the key
 */
export function assign(
	inputs: readonly ApiInput[],
	entries: ReadonlyArray<readonly [string, unknown]>,
	unknown: (key: string) => Failure | undefined,
): GivenValues {
	const values = new Map<string, Given>();
	const errors = new InputErrors();
	for (const [key, value] of entries) {
		if (errors.isFull) break;
		const [input, ...others] = findInputs(inputs, key);
		if (input === undefined) {
			const failure = unknown(key);
			if (failure !== undefined) errors.add(failure);
		} else if (others.length > 0) errors.add(ambiguous(inputs, key, [input, ...others]));
		else if (values.has(input.id)) errors.add(givenTwice(inputs, input));
		else values.set(input.id, { kind: 'value', value });
	}
	return { values, errors };
}

function formOfAnotherApi() {
	return invalidInput(
		"The form was made for another API: the credential's API has none of its inputs",
		"Nothing was sent. Open the node and click 'Refresh Input List' in the menu of its values, or choose the credential that the form was made for.",
	);
}

function formOfOldApi({ id, displayName }: FormValues['schema'][number]) {
	return invalidInput(
		`The form has a value for '${displayName ?? id}' (${id}), which is no longer an input of the API`,
		'Nothing was sent. Open the node to update its form from the example in the credential, or remove the field.',
	);
}

function ambiguous(inputs: readonly ApiInput[], key: string, matches: readonly ApiInput[]) {
	const names = matches.map((input) => `'${uniqueName(inputs, input)}' (${input.id})`);
	return invalidInput(
		`'${key}' is the title of ${matches.length} inputs`,
		`Use the name or the id of the one you mean: ${names.join(', ')}.`,
	);
}

function givenTwice(inputs: readonly ApiInput[], input: ApiInput) {
	return invalidInput(
		`Input ${nameOf({ ...input, title: uniqueName(inputs, input) })} is given twice, by its id and by its title`,
		'Keep one of them.',
	);
}

/**
 * Plans what to send for each input of the API, in the order of the example: every input is sent, and nothing else.
 * @throws Failure INVALID_INPUT that names all wrong inputs, up to {@link maxErrors}
 */
export function planInputs(
	inputs: readonly ApiInput[],
	{ values, errors }: GivenValues,
	files: ItemFiles,
): PlannedInput[] {
	const planned: PlannedInput[] = [];
	for (const input of inputs) {
		if (errors.isFull) break;
		const { id, title } = input;
		const name = uniqueName(inputs, input);
		const named = name === title ? input : { ...input, title: name };
		const value = errors.check(() => planValue(named, values.get(id), files));
		if (value !== undefined) planned.push({ id, title, value });
	}
	errors.throwAll();
	return planned;
}

function planValue(input: ApiInput, given: Given | undefined, files: ItemFiles): PlannedValue {
	if (given?.kind === 'value') return acceptValue(input, given.value, files);
	if (input.type === 'seed') return acceptValue(input, undefined, files);
	if (given?.kind === 'missing') throw promptMissing(input, given.mappingMode);
	if (given?.kind === 'emptied' || needsValue(input)) return acceptValue(input, '', files);
	if (input.sample === undefined && input.type !== 'text') {
		throw invalidInput(
			`Input ${nameOf(input)} has no value, and the example in the credential has none either`,
			'Give it a value.',
		);
	}
	return acceptValue(input, input.sample ?? '', files);
}

/** The sample is in the message, which n8n shows as text: a description is HTML, where `<lora:x:1>` would be lost. */
function promptMissing({ id, title, sample }: ApiInput, mappingMode: FormValues['mappingMode']) {
	return invalidInput(
		`Input ${nameOf({ id, title })} needs a value, such as ${quoted(sample)}`,
		mappingMode === 'autoMapInputData'
			? `Nothing was sent. Automatic mapping reads the item's field '${title}' or '${id}', which is missing or empty. Rename a field in an Edit Fields node, or choose 'Map Each Column Manually'.`
			: "Nothing was sent. Type into the field, or drag a value onto it; if it has an expression, the expression returned empty text. To send the text of the example, remove the field from the form. To send empty text, set 'Inputs' to JSON.",
	);
}

/** Maximum number of wrong values in one error; the user sees the rest on the next attempt. */
const maxErrors = 10;

/** Collects the errors of an item, so that the user can correct them all at once. */
export class InputErrors {
	private readonly failures: Failure[] = [];

	/** An error other than a Failure, thrown by a check. */
	private unexpected: { error: unknown } | undefined;

	/** Whether there are enough errors to stop checking. */
	get isFull(): boolean {
		return this.failures.length >= maxErrors || this.unexpected !== undefined;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Runs a check; collects its failure and returns undefined. */
	check<T>(run: () => T): T | undefined {
		try {
			return run();
		} catch (error) {
			if (error instanceof Failure) this.add(error);
			else this.unexpected = { error };
			return undefined;
		}
	}

	/** @throws Failure the only error, or INVALID_INPUT with a line for each; does nothing without errors */
	throwAll(): void {
		if (this.unexpected !== undefined) throw this.unexpected.error;
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		if (others.length === 0) throw first;
		const lines = this.failures.map(({ message }, index) => `${index + 1}. ${message}`);
		const count = `${this.failures.length}${this.isFull ? ' or more' : ''} values are wrong:`;
		const advice = new Set(this.failures.map(({ details }) => details.description));
		throw invalidInput([count, ...lines].join('\n'), [...advice].join('\n'));
	}
}

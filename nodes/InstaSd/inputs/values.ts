import { Failure, invalidInput } from '../api/failures';
import { acceptValue, type ItemFiles } from './acceptValue';
import { mustBeGiven } from './form';
import { type ApiInput, isPrompt, type PlannedInput, type PlannedValue } from './inputTypes';
import { inputsCalled, uniqueName } from './keys';
import { nameOf, quoted } from './wording';

/** What the user gave. */
export interface GivenValues {
	/** By the input's id; an input that is not there was left to the example. */
	values: Map<string, Given>;
	/** What is wrong with the way in which it was given. */
	refusals: Refusals;
}
/** `missing`: a prompt that must be given and is not. */
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
 * What the form says. The editor drops a field's value both when it is emptied and when the field is removed; only the
 * schema tells which.
 * @param json the item's own fields, which automatic mapping reads
 * @throws Failure INVALID_INPUT when the form is another API's, because the editor keeps it when another credential is
 * chosen
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
	const gone = form.schema.find(
		({ id, removed }) => removed !== true && !known.has(id) && Object.hasOwn(form.value, id),
	);
	if (gone !== undefined) throw formOfOldApi(gone);
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
	return { values, refusals: new Refusals() };
}

/** Whether nothing was given, or text without a letter. */
function isBlank(given: Given | undefined): boolean {
	if (given?.kind !== 'value') return true;
	return typeof given.value === 'string' && given.value.trim() === '';
}

/**
 * Gives each value to the input that its key means. A key that means two inputs is refused, and two keys that mean one.
 * @param unknown the refusal of a key that means none; undefined where that is ignored
 */
export function assign(
	inputs: readonly ApiInput[],
	entries: ReadonlyArray<readonly [string, unknown]>,
	unknown: (key: string) => Failure | undefined,
): GivenValues {
	const values = new Map<string, Given>();
	const refusals = new Refusals();
	for (const [key, value] of entries) {
		if (refusals.isFull) break;
		const [input, ...others] = inputsCalled(inputs, key);
		if (input === undefined) {
			const refusal = unknown(key);
			if (refusal !== undefined) refusals.add(refusal);
		} else if (others.length > 0) refusals.add(ambiguous(inputs, key, [input, ...others]));
		else if (values.has(input.id)) refusals.add(givenTwice(inputs, input));
		else values.set(input.id, { kind: 'value', value });
	}
	return { values, refusals };
}

function formOfAnotherApi() {
	return invalidInput(
		"The form was made for another API: the credential's API has none of its inputs",
		"Nothing was sent. Open the node and click 'Refresh Input List' in the menu of its values, or choose the credential that the form was made for.",
	);
}

function formOfOldApi({ id, displayName }: FormValues['schema'][number]) {
	return invalidInput(
		`The form has a value for '${displayName ?? id}' (${id}), which is no input of the API any more`,
		'Nothing was sent. Open the node, so that the form follows the example in the credential, or remove the field.',
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
 * What each input of the API will be sent as, in the order of the example: every input is sent, and nothing else.
 * @throws Failure INVALID_INPUT that names the inputs that are wrong, all of them
 */
export function planInputs(
	inputs: readonly ApiInput[],
	{ values, refusals }: GivenValues,
	files: ItemFiles,
): PlannedInput[] {
	const planned: PlannedInput[] = [];
	for (const input of inputs) {
		if (refusals.isFull) break;
		const { id, title } = input;
		const name = uniqueName(inputs, input);
		const named = name === title ? input : { ...input, title: name };
		const value = refusals.check(() => planValue(named, values.get(id), files));
		if (value !== undefined) planned.push({ id, title, value });
	}
	refusals.throwAll();
	return planned;
}

function planValue(input: ApiInput, given: Given | undefined, files: ItemFiles): PlannedValue {
	if (given?.kind === 'value') return acceptValue(input, given.value, files);
	if (input.type === 'seed') return acceptValue(input, undefined, files);
	if (given?.kind === 'missing') throw promptMissing(input, given.mappingMode);
	if (given?.kind === 'emptied' || mustBeGiven(input)) return acceptValue(input, '', files);
	if (input.sample === undefined && input.type !== 'text') {
		throw invalidInput(
			`Input ${nameOf(input)} has no value, and the example in the credential has none to take instead`,
			'Give it a value.',
		);
	}
	return acceptValue(input, input.sample ?? '', files);
}

/** The sample is in the message, which n8n shows as it is: a description is HTML, where `<lora:x:1>` would be lost. */
function promptMissing({ id, title, sample }: ApiInput, mappingMode: FormValues['mappingMode']) {
	return invalidInput(
		`Input ${nameOf({ id, title })} needs a value, such as ${quoted(sample)}`,
		mappingMode === 'autoMapInputData'
			? `Nothing was sent. Automatic mapping takes it from a field of the item called '${title}' or '${id}', and there is none, or it is empty. Rename the field in an Edit Fields node, or choose 'Map Each Column Manually'.`
			: "Nothing was sent. Type into the field, or drag a value onto it; if it has an expression, that gave empty text. To send the text of the example, remove the field from the form. To send empty text, set 'Inputs' to JSON.",
	);
}

/** As many wrong values as are told at once; the rest comes with the next try. */
const mostTold = 10;

/** What is wrong with an item: it is checked to its end, so that all can be corrected at once. */
export class Refusals {
	private readonly failures: Failure[] = [];

	/** What a check threw that is no refusal. */
	private unforeseen: { error: unknown } | undefined;

	/** Whether there is enough to tell, so that nothing more need be checked. */
	get isFull(): boolean {
		return this.failures.length >= mostTold || this.unforeseen !== undefined;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Does a check; where it refuses, that is kept, and nothing given. */
	check<T>(work: () => T): T | undefined {
		try {
			return work();
		} catch (error) {
			if (error instanceof Failure) this.add(error);
			else this.unforeseen = { error };
			return undefined;
		}
	}

	/** @throws Failure the one there is, or INVALID_INPUT with a line for each; nothing where nothing is wrong */
	throwAll(): void {
		if (this.unforeseen !== undefined) throw this.unforeseen.error;
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		if (others.length === 0) throw first;
		const lines = this.failures.map(({ message }, index) => `${index + 1}. ${message}`);
		const count = `${this.failures.length} values${this.isFull ? ' or more' : ''} are wrong:`;
		const advice = new Set(this.failures.map(({ details }) => details.description));
		throw invalidInput([count, ...lines].join('\n'), [...advice].join('\n'));
	}
}

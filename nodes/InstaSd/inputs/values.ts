import { invalidInput } from '../api/failures';
import type { ItemFiles } from './acceptFile';
import { acceptValue } from './acceptValue';
import { nameOf, shortTitle, type ApiInput } from './inputTypes';
import { mustBeGiven } from './labels';
import type { PlannedInput, PlannedValue } from './plannedInput';

/** What the user gave for an input; an input that is not in the map was left to the example. */
export type GivenValues = ReadonlyMap<string, Given>;
type Given = { kind: 'value'; value: unknown } | { kind: 'emptied' };

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
 * @throws Failure INVALID_INPUT when automatic mapping meets a key that means two inputs, or two keys that mean one; when
 * the form is another API's, because the editor keeps it when another credential is chosen
 */
export function valuesFromForm(
	inputs: readonly ApiInput[],
	form: FormValues,
	json: Readonly<Record<string, unknown>>,
): GivenValues {
	if (form.mappingMode === 'autoMapInputData')
		return assign(inputs, Object.entries(json), () => {});
	const fields = new Map(form.schema.map(({ id, removed }) => [id, removed === true]));
	if (fields.size > 0 && !inputs.some(({ id }) => fields.has(id))) throw formOfAnotherApi();
	const known = new Set(inputs.map(({ id }) => id));
	const gone = form.schema.find(
		({ id, removed }) => removed !== true && !known.has(id) && Object.hasOwn(form.value, id),
	);
	if (gone !== undefined) throw formOfOldApi(gone);
	const given = new Map<string, Given>();
	for (const { id } of inputs) {
		const removed = fields.get(id);
		if (removed === true) continue;
		if (Object.hasOwn(form.value, id) && form.rawValue[id] !== null) {
			given.set(id, { kind: 'value', value: form.value[id] });
		} else if (removed === false) given.set(id, { kind: 'emptied' });
	}
	return given;
}

/**
 * Gives each value to the input that its key means.
 * @param unknown what to do about a key that means none
 * @throws Failure INVALID_INPUT when a key means two inputs, or two keys the same
 */
export function assign(
	inputs: readonly ApiInput[],
	entries: ReadonlyArray<readonly [string, unknown]>,
	unknown: (key: string) => void,
): GivenValues {
	const given = new Map<string, Given>();
	for (const [key, value] of entries) {
		const matches = inputsCalled(inputs, key);
		const [input] = matches;
		if (input === undefined) {
			unknown(key);
			continue;
		}
		if (matches.length > 1) throw ambiguous(key, matches);
		if (given.has(input.id)) throw givenTwice(input);
		given.set(input.id, { kind: 'value', value });
	}
	return given;
}

/** The inputs a key means: the one with that id, else those with that title, else those that the form calls so. */
export function inputsCalled(inputs: readonly ApiInput[], key: string): ApiInput[] {
	const called = key.trim();
	const byId = inputs.find(({ id }) => id === key);
	if (byId !== undefined) return [byId];
	const byTitle = inputs.filter(({ title }) => title.trim() === called);
	return byTitle.length > 0 ? byTitle : inputs.filter(({ title }) => shortTitle(title) === called);
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

function ambiguous(title: string, matches: readonly ApiInput[]) {
	return invalidInput(
		`'${title}' is the title of ${matches.length} inputs`,
		`Use the id of the one you mean: ${matches.map(({ id }) => `'${id}'`).join(', ')}.`,
	);
}

function givenTwice(input: ApiInput) {
	return invalidInput(
		`Input ${nameOf(input)} is given twice, by its id and by its title`,
		'Keep one of them.',
	);
}

/**
 * What each input of the API will be sent as, in the order of the example: every input is sent, and nothing else.
 * @throws Failure INVALID_INPUT that names the input that is wrong
 */
export function planInputs(
	inputs: readonly ApiInput[],
	given: GivenValues,
	files: ItemFiles,
): PlannedInput[] {
	return inputs.map((input) => ({
		id: input.id,
		title: input.title,
		value: planValue(input, given.get(input.id), files),
	}));
}

function planValue(input: ApiInput, given: Given | undefined, files: ItemFiles): PlannedValue {
	if (given?.kind === 'value') return acceptValue(input, given.value, files);
	if (input.type === 'seed') return acceptValue(input, undefined, files);
	if (given?.kind === 'emptied' || mustBeGiven(input)) return acceptValue(input, '', files);
	if (input.sample === undefined && input.type !== 'text') {
		throw invalidInput(
			`Input ${nameOf(input)} has no value, and the example in the credential has none to take instead`,
			'Give it a value.',
		);
	}
	return acceptValue(input, input.sample ?? '', files);
}

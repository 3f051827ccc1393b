import { asFailure, type Failure, wrongInput } from '../api/failures';
import type { ApiInput, KnownInput } from './inputTypes';
import { knownInputs, meaningOf, unknownInput } from './names';
import { firstFew } from './wording';

/** The values from the user. */
export interface GivenValues {
	source: ValueSource;
	/** By the input's id; undefined where it may be meant for another input, which is an error. */
	values: Map<string, Given | undefined>;
	/** Errors in the way the values were given. */
	errors: InputErrors;
}

/** Where an item's values come from: the form, the item's own fields (automatic mapping), or the JSON. */
export type ValueSource = 'form' | 'item' | 'json';

/** A value, and its key. A field of the form that was emptied gives an empty text. */
export interface Given {
	key: string;
	value: unknown;
}

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
 * Reads the form, or the item's fields that automatic mapping takes in its place.
 * @param json the item's fields
 * @throws Failure INVALID_INPUT when the form belongs to another API: the editor keeps it when the credential changes
 */
export function valuesFromForm(
	inputs: readonly ApiInput[],
	form: FormValues,
	json: Readonly<Record<string, unknown>>,
): GivenValues {
	if (form.mappingMode === 'defineBelow') return valuesFromFields(inputs, form);
	// In an item of this node, `status`, `cost` and `seed` are the task's: that seed would pin the seed of the next one.
	const isOurs = 'task_id' in json;
	const fields = lookUp(inputs, json).filter(({ key }) => !isOurs || key !== 'seed');
	// An item has fields for other purposes: one in another spelling than a name yields to the exact one.
	const taken = new Set(fields.flatMap(({ isExact, meant }) => (isExact ? meant : [])));
	const given = assign(
		'item',
		fields.filter(
			({ isExact, meant }) => isExact || !(isOurs || meant.some((one) => taken.has(one))),
		),
		() => undefined,
	);
	const prompt = fields.find(({ key }) => key.trim().toLowerCase() === 'prompt');
	const mayBePrompt = ({ id, type }: ApiInput) => type === 'text' && !given.values.has(id);
	// If it were ignored, like other fields, each item would pay for the prompt of the example.
	if (prompt?.meant.length === 0 && inputs.some(mayBePrompt)) {
		const advice =
			'Give the item a field with the title or ID of the input that its prompt is for.';
		given.errors.add(unknownInput(inputs, prompt.key, advice));
	}
	return given;
}

/**
 * Takes out what a model left blank: it has to give something for each parameter of its tool. An empty text is a text, and
 * what is required is refused.
 */
export function leaveOutBlanks(inputs: readonly ApiInput[], { values }: GivenValues): void {
	for (const input of knownInputs(inputs)) {
		const given = values.get(input.id);
		if (given === undefined || input.isRequired) continue;
		const isBlank = given.value === '' && input.type !== 'text';
		if (given.value === null || isBlank) values.delete(input.id);
	}
}

/**
 * The editor drops a field's value when the field is emptied and when it is removed; only the schema distinguishes the
 * two. A form that a program wrote may have none, and any key that means an input.
 */
function valuesFromFields(inputs: readonly ApiInput[], form: FormValues): GivenValues {
	const { schema, rawValue, value } = form;
	const fields = new Map(schema.map((field) => [field.id, field]));
	const values = new Map(Object.entries(value));
	const keys = Object.keys({ ...rawValue, ...value }).filter(
		(key) => rawValue[key] !== null && fields.get(key)?.removed !== true,
	);
	const entries = lookUp(inputs, Object.fromEntries(keys.map((key) => [key, values.get(key)])));
	const ids = new Set(inputs.map(({ id }) => id));
	const isOfThisApi =
		entries.some(({ meant }) => meant.length > 0) || schema.some(({ id }) => ids.has(id));
	if (fields.size > 0 && !isOfThisApi) {
		throw wrongInput('These fields belong to a different API', [
			"Open the node and click 'Refresh Input List' under ⋮ beside 'Values', or choose the credential that they were made for.",
		]);
	}
	const given = assign('form', entries, (key) => {
		const field = fields.get(key);
		if (field === undefined) return unknownInput(inputs, key);
		return wrongInput(
			`The form has a value for '${field.displayName ?? key}', which is no longer an input of the API`,
			['Open the node to update its form from the sample in the credential, or remove the field.'],
		);
	});
	for (const { id } of inputs) {
		const field = fields.get(id);
		if (field !== undefined && field.removed !== true && !given.values.has(id)) {
			given.values.set(id, { key: id, value: '' });
		}
	}
	return given;
}

/** The values of a form, item or JSON, with the inputs that the key of each can mean. */
export function lookUp(inputs: readonly ApiInput[], values: Readonly<Record<string, unknown>>) {
	return Object.entries(values).map(([key, value]) => ({ key, value, ...meaningOf(inputs, key) }));
}

/**
 * Assigns each value to the input its key means. A key for two inputs is an error, as are two keys for one input.
 * @param entries the values, and the inputs which the key of each can mean
 * @param unknown returns the error for an unknown key; undefined to ignore the key
 */
export function assign(
	source: ValueSource,
	entries: ReadonlyArray<Given & { meant: readonly KnownInput[] }>,
	unknown: (key: string) => Failure | undefined,
): GivenValues {
	const values = new Map<string, Given | undefined>();
	const errors = new InputErrors();
	for (const { key, value, meant } of entries) {
		if (errors.isFull) break;
		const [input, ...others] = meant;
		const failure = input === undefined ? unknown(key) : undefined;
		if (failure !== undefined) errors.add(failure);
		if (input === undefined || others.length > 0) continue;
		const earlier = values.get(input.id);
		if (earlier === undefined) values.set(input.id, { key, value });
		else {
			const message = `Input ${input.name} is given twice, by '${earlier.key}' and by '${key}'`;
			errors.add(wrongInput(message, ['Keep one of them.']));
		}
	}
	for (const { key, meant } of entries) {
		// The item may have a field `prompt` beside one for each prompt.
		if (meant.length < 2 || (source === 'item' && meant.every(({ id }) => values.has(id))))
			continue;
		const names = meant.map(({ name }) => name);
		const message = `'${key}' can mean ${names.length} inputs: ${firstFew(names, 10)}`;
		errors.add(wrongInput(message, ['Use the name or the ID of the one you mean.']));
		for (const { id } of meant) if (!values.has(id)) values.set(id, undefined);
	}
	return { source, values, errors };
}

/** Maximum number of wrong values in one error; the user sees the rest on the next attempt. */
const maxErrors = 10;

/** Collects the errors of an item, so that the user can correct them all at once. */
export class InputErrors {
	private readonly failures: Failure[] = [];
	/** How many of them are about inputs that have no value. */
	private missing = 0;

	/** Whether there are enough errors to stop checking. */
	get isFull(): boolean {
		return this.failures.length >= maxErrors;
	}

	add(failure: Failure): void {
		this.failures.push(failure);
	}

	/** Adds the error of an input that has no value. */
	addMissing(failure: Failure): void {
		this.missing += 1;
		this.add(failure);
	}

	/** Runs a check; collects its failure and returns undefined, as it does without running it when there are enough. */
	check<T>(run: () => T): T | undefined {
		try {
			return this.isFull ? undefined : run();
		} catch (error) {
			this.add(asFailure(error));
			return undefined;
		}
	}

	/**
	 * Does nothing without errors.
	 * @param wayOut how to correct a value, where the error itself does not say
	 * @throws Failure INVALID_INPUT with all errors, and what corrects or helps several of them said once
	 */
	throwAll(wayOut: string): void {
		const [first, ...others] = this.failures;
		if (first === undefined) return;
		const all = this.failures.map(({ details }) => details);
		const ways = new Set(all.flatMap(({ ways: own = [] }) => (own.length === 0 ? wayOut : own)));
		const inputList = all.find((one) => one.inputList !== undefined)?.inputList;
		if (others.length === 0) throw wrongInput(first.message, [...ways], inputList);
		const what = this.missing === all.length ? 'inputs are missing' : 'values are wrong';
		const count = `${all.length}${this.isFull ? ' or more' : ''} ${what}:`;
		const lines = all.map(({ message }, index) => `${index + 1}. ${message}`);
		throw wrongInput([count, ...lines].join('\n'), [...ways], inputList, '\n');
	}
}

import { type Failure, invalidInput } from '../api/failures';
import { acceptedFiles, acceptValue, filesInWords, type ItemFiles } from './acceptValue';
import { needsValue, startsEmpty } from './form';
import { nothingSent } from './inputErrors';
import {
	type ApiInput,
	isPrompt,
	type KnownInput,
	type PlannedInput,
	type PlannedValue,
} from './inputTypes';
import { inputList, knownInputs } from './keys';
import type { Given, GivenValues, ValueSource } from './values';
import { quoted } from './wording';

type Clear = Exclude<Given, { kind: 'unclear' }>;

/** How to correct a wrong value. */
const corrections: Record<ValueSource, string> = {
	form: 'Correct the value in the form, or the expression behind it.',
	item: "Correct the item's field, for instance in an Edit Fields node.",
	json: 'Correct the value in the JSON, or the expression behind it.',
};

/**
 * Plans what to send for each input of the API, in the order of the example: every input is sent, and nothing else.
 * @throws Failure INVALID_INPUT that names all wrong inputs, up to the number that one error holds
 */
export function planInputs(
	inputs: readonly ApiInput[],
	{ source, values, errors }: GivenValues,
	files: ItemFiles,
): PlannedInput[] {
	const planned: PlannedInput[] = [];
	for (const input of knownInputs(inputs)) {
		if (errors.isFull) break;
		const { id, title, name } = input;
		const given = values.get(id);
		if (given?.kind === 'unclear') continue;
		const value = errors.check(() => {
			if (!isMissing(input, source, given)) return planValue(input, source, given, files);
			// Whoever has its field in front of them needs no list.
			const list = given?.kind === 'emptied' ? '' : `\n\n${inputList(inputs)}`;
			throw missing(input, source, files, list);
		});
		if (value !== undefined) planned.push({ id, title, name, value });
	}
	errors.throwAll(corrections[source]);
	return planned;
}

/** Whether an input that must be given is not. JSON, which gives something, is completed by the prompt of the example. */
function isMissing(input: ApiInput, source: ValueSource, given: Clear | undefined): boolean {
	const isRequired = source === 'json' ? needsValue(input) : startsEmpty(input);
	return isRequired && (given?.kind !== 'value' || isBlank(given.value));
}

function isBlank(value: unknown): boolean {
	return typeof value === 'string' && value.trim() === '';
}

function planValue(
	input: KnownInput,
	source: ValueSource,
	given: Clear | undefined,
	files: ItemFiles,
): PlannedValue {
	const { name, sample, type } = input;
	if (given?.kind === 'value') {
		const value = given.value ?? (type === 'seed' ? 'random' : undefined);
		if (value === undefined) throw withoutValue(input, source, given);
		return acceptValue(input, value, files);
	}
	if (type === 'seed') return acceptValue(input, 'random', files);
	if (given?.kind === 'emptied') {
		if (type === 'boolean') throw unsetSwitch(name);
		return acceptValue(input, '', files);
	}
	if (sample === undefined && type !== 'text') {
		throw invalidInput(
			`Input ${name} has no value, and the example in the credential has none either`,
			`${nothingSent} Give it a value.`,
		);
	}
	return acceptValue(input, sample ?? '', files);
}

/** A switch cannot be emptied, but n8n shows a new one as on without storing a value. */
function unsetSwitch(name: string): Failure {
	return invalidInput(
		`Input ${name} is empty, but takes true or false`,
		`${nothingSent} Flip the switch in the form once, or remove the field.`,
	);
}

/** The sample is in the message, because some callers see only that. */
function missing(input: KnownInput, source: ValueSource, files: ItemFiles, list: string): Failure {
	const { name, role, sample, type } = input;
	const wanted = isPrompt(input) ? `, such as ${quoted(sample)}` : `: ${acceptedFiles(type)}`;
	const keys = role === undefined ? name : `'${role}' or ${name}`;
	const ways: Record<ValueSource, string> = {
		form: 'Fill in its field, or drag a value onto it. If it has an expression, that returned nothing.',
		item: `Automatic mapping reads the item's field ${keys}, which is missing or empty. Rename a field in an Edit Fields node, or choose 'Map Each Column Manually'.`,
		json: `Add it to the JSON, as ${keys}.`,
	};
	const there = isPrompt(input) ? '' : `\n${filesInWords(files)}`;
	return invalidInput(
		`Input ${name} needs a value${wanted}`,
		`${nothingSent} ${ways[source]}${there}${list}`,
	);
}

/** The error for a value that is null or undefined. */
function withoutValue(
	input: KnownInput,
	source: ValueSource,
	{ value, key }: { value: unknown; key: string },
): Failure {
	const given = value === null ? 'null' : 'nothing';
	const causes: Record<ValueSource, string> = {
		form: `its expression returned ${given}`,
		item: `the item's field '${key}' is ${given}`,
		json: `the JSON has ${given}`,
	};
	const ways: Record<ValueSource, string> = {
		form: 'Check the expression, for instance the spelling of the field it reads.',
		item: 'Check where the field comes from.',
		json: 'Check the expression behind it, for instance the spelling of the field it reads.',
	};
	const leaveOut: Record<ValueSource, string> = {
		form: 'remove the field from the form',
		item: 'remove the field from the item',
		json: 'leave it out of the JSON',
	};
	const sample = startsEmpty(input)
		? ''
		: ` To send the value of the example, ${leaveOut[source]}.`;
	return invalidInput(
		`Input ${input.name} has no value: ${causes[source]}`,
		`${nothingSent} ${ways[source]}${sample}`,
	);
}

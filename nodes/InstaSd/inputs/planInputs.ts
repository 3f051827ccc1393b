import { type Failure, wrongInput } from '../api/failures';
import { acceptValue, filesInWords, type ItemFiles, needsValue } from './acceptValue';
import {
	acceptedBy,
	type ApiInput,
	inputKinds,
	type KnownInput,
	type PlannedInput,
} from './inputTypes';
import { inputList, knownInputs } from './names';
import type { Given, GivenValues, ValueSource } from './values';
import { quoted } from './wording';

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
		const { id, title, name, sample = '', type } = input;
		const given = values.get(id);
		if (given === undefined && values.has(id)) continue;
		if (errors.isFull) break;
		const toSend = valueFor(input, source, given);
		if (toSend === undefined || toSend === null) {
			errors.addMissing(missing(input, source, given, files, inputs));
			continue;
		}
		const value = errors.check(() => acceptValue(input, toSend, files));
		if (value === undefined) continue;
		// Seeds are drawn, and an empty text is none.
		const isFromSample = given === undefined && type !== 'seed' && sample !== '';
		planned.push({ id, title, name, value, ...(isFromSample && { fromSample: input }) });
	}
	errors.throwAll(corrections[source]);
	return planned;
}

/** What was given for an input, or is sent if nothing was; nothing where a value is missing. */
function valueFor(input: KnownInput, source: ValueSource, given: Given | undefined): unknown {
	const { isRequired, options, sample, type } = input;
	if (type === 'seed') return given?.value ?? 'random';
	if (given === undefined) {
		// JSON, which gives something, is completed by the prompt of the example.
		const isWanted = source === 'json' ? needsValue(input) : isRequired;
		return isWanted ? undefined : (sample ?? (type === 'text' ? '' : undefined));
	}
	const { value } = given;
	if (typeof value !== 'string' || value.trim() !== '') return value;
	const mayBeBlank = type === 'text' || [sample, ...options].includes(value);
	return mayBeBlank && !isRequired ? value : undefined;
}

/** The sample is in the message, because some callers see only that. */
function missing(
	input: KnownInput,
	source: ValueSource,
	given: Given | undefined,
	files: ItemFiles,
	inputs: readonly ApiInput[],
): Failure {
	const { name, role, sample, type } = input;
	const isFile = inputKinds[type].isFile === true;
	const keys = role === undefined ? name : `'${role}' or ${name}`;
	const ways: Record<ValueSource, string> = {
		form: `${type === 'boolean' ? 'Flip its switch once' : 'Fill in its field'}, or drag a value onto it. If it has an expression, that returned nothing: check the spelling of the field it reads.`,
		item: `Automatic mapping reads the item's field ${keys}, which is missing or empty. Rename a field in an Edit Fields node, or choose 'Map Each Column Manually'.`,
		json: `Add it to the JSON, as ${keys}, or check the expression behind it.`,
	};
	const suchAs = sample === undefined || isFile ? '' : `, such as ${quoted(sample)}`;
	const isNothing = given?.value === undefined || given.value === null;
	return wrongInput(
		given !== undefined && isNothing
			? `Input ${name} has no value: ${whyNothing(source, given, isFile)}`
			: `${name} needs ${acceptedBy(input)}${suchAs}`,
		[ways[source], ...(isFile ? [filesInWords(files)] : [])],
		// Whoever gives it by a key needs no list.
		given === undefined ? inputList(inputs) : undefined,
	);
}

function whyNothing(source: ValueSource, { key, value }: Given, isFile: boolean): string {
	if (source === 'item') return `the item's field '${key}' is ${value === null ? 'null' : 'empty'}`;
	if (isFile && value === undefined) return 'there is no file where its expression looks for one';
	const by = source === 'form' ? 'its expression returned' : 'the JSON has';
	return `${by} ${value === null ? 'null' : 'nothing'}`;
}

import { type Failure, wrongInput } from '../api/failures';
import {
	acceptedFiles,
	acceptValue,
	filesInWords,
	type ItemFiles,
	needsValue,
} from './acceptValue';
import { type ApiInput, inputKinds, type KnownInput, type PlannedInput } from './inputTypes';
import { inputList, knownInputs } from './names';
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
		const { id, title, name, sample = '', type } = input;
		const given = values.get(id);
		if (given?.kind === 'unclear') continue;
		const value = errors.check(() => {
			const toSend = valueFor(input, source, given);
			if (toSend === undefined || toSend === null) {
				throw missing(input, source, given, files, inputs);
			}
			return acceptValue(input, toSend, files);
		});
		if (value === undefined) continue;
		// Seeds are drawn, and an empty text is none.
		const isFromSample = given === undefined && type !== 'seed' && sample !== '';
		planned.push({ id, title, name, value, ...(isFromSample && { fromSample: input }) });
	}
	errors.throwAll(corrections[source]);
	return planned;
}

/** The names of the inputs that are sent as in the sample, because no value was given for them. */
export function namesFromSample(planned: readonly PlannedInput[]): {
	files: string[];
	others: string[];
} {
	const names = { files: new Array<string>(), others: new Array<string>() };
	for (const { fromSample } of planned) {
		if (fromSample === undefined) continue;
		const { fieldName, type } = fromSample;
		names[inputKinds[type].isFile === true ? 'files' : 'others'].push(fieldName);
	}
	return names;
}

/** What was given for an input, or is sent if nothing was; nothing where a value is missing. */
function valueFor(input: KnownInput, source: ValueSource, given: Clear | undefined): unknown {
	const { isRequired, sample, type } = input;
	const value = given?.kind === 'value' ? given.value : given && '';
	if (type === 'seed') return value ?? 'random';
	if (given === undefined) {
		// JSON, which gives something, is completed by the prompt of the example.
		const isWanted = source === 'json' ? needsValue(input) : isRequired;
		return isWanted ? undefined : (sample ?? (type === 'text' ? '' : undefined));
	}
	// A switch cannot be emptied, but n8n shows a new one as on without storing a value.
	const isUnset = given.kind === 'emptied' && type === 'boolean';
	const isBlank = typeof value === 'string' && value.trim() === '';
	return isUnset || (isBlank && isRequired) ? undefined : value;
}

/** The sample is in the message, because some callers see only that. */
function missing(
	input: KnownInput,
	source: ValueSource,
	given: Clear | undefined,
	files: ItemFiles,
	inputs: readonly ApiInput[],
): Failure {
	const { name, role, sample, type } = input;
	const isFile = inputKinds[type].isFile;
	const keys = role === undefined ? name : `'${role}' or ${name}`;
	const { key, value } = given?.kind === 'value' ? given : { key: '', value: '' };
	const nothing = value === null ? 'null' : 'nothing';
	const told: Record<ValueSource, { way: string; reason: string }> = {
		form: {
			way: `${type === 'boolean' ? 'Flip its switch once' : 'Fill in its field'}, or drag a value onto it. If it has an expression, that returned nothing: check the spelling of the field it reads.`,
			reason: `its expression returned ${nothing}`,
		},
		item: {
			way: `Automatic mapping reads the item's field ${keys}, which is missing or empty. Rename a field in an Edit Fields node, or choose 'Map Each Column Manually'.`,
			reason: `the item's field '${key}' is ${nothing}`,
		},
		json: {
			way: `Add it to the JSON, as ${keys}, or check the expression behind it.`,
			reason: `the JSON has ${nothing}`,
		},
	};
	const { way } = told[source];
	const isNothing = value === null || value === undefined;
	const isNoFile = isFile === true && value === undefined;
	const reason = isNoFile
		? 'there is no file where its expression looks for one'
		: told[source].reason;
	const suchAs = sample === undefined ? '' : `, such as ${quoted(sample)}`;
	const wanted = isFile ? `: ${acceptedFiles(type)}` : suchAs;
	// Whoever has its field in front of them needs no list.
	const isInView = given?.kind === 'emptied' || isNothing;
	return wrongInput(
		`Input ${name} ${isNothing ? `has no value: ${reason}` : `needs a value${wanted}`}`,
		[way, ...(isFile ? [filesInWords(files)] : [])],
		isInView ? undefined : inputList(inputs),
	);
}

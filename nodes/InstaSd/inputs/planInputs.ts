import { type Failure, wrongInput } from '../api/failures';
import {
	acceptedFiles,
	acceptValue,
	filesInWords,
	type ItemFiles,
	needsValue,
	startsEmpty,
} from './acceptValue';
import {
	type ApiInput,
	inputKinds,
	type KnownInput,
	type PlannedInput,
	type PlannedValue,
} from './inputTypes';
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
		const { id, title, name } = input;
		const given = values.get(id);
		if (given?.kind === 'unclear') continue;
		const isLeft = given === undefined && isInSample(input);
		const value = errors.check(() => planValue(input, source, given, files, inputs));
		if (value === undefined) continue;
		planned.push({ id, title, name, value, ...(isLeft && { fromSample: input }) });
	}
	errors.throwAll(corrections[source]);
	return planned;
}

/** Whether the sample has a value that is sent if none is given: seeds are drawn, and an empty text is none. */
function isInSample({ sample = '', type }: KnownInput): boolean {
	return type !== 'seed' && sample !== '';
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

function planValue(
	input: KnownInput,
	source: ValueSource,
	given: Clear | undefined,
	files: ItemFiles,
	inputs: readonly ApiInput[],
): PlannedValue {
	const { sample, type } = input;
	// JSON, which gives something, is completed by the prompt of the example.
	const isRequired = source === 'json' ? needsValue(input) : startsEmpty(input);
	const value = given?.kind === 'value' ? given.value : given && '';
	if (type === 'seed') return acceptValue(input, value ?? 'random', files);
	if (given === undefined && !isRequired) {
		const usual = sample ?? (type === 'text' ? '' : undefined);
		if (usual !== undefined) return acceptValue(input, usual, files);
	}
	// A switch cannot be emptied, but n8n shows a new one as on without storing a value.
	const isUnset = given?.kind === 'emptied' && type === 'boolean';
	const isBlank = typeof value === 'string' && value.trim() === '';
	const isEmptyPrompt = given !== undefined && isBlank && startsEmpty(input);
	if (value === undefined || value === null || isUnset || isEmptyPrompt) {
		throw missing(input, source, given, files, inputs);
	}
	return acceptValue(input, value, files);
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
	const suchAs = sample === undefined ? '' : `, such as ${quoted(sample)}`;
	const keys = role === undefined ? name : `'${role}' or ${name}`;
	const ways: Record<ValueSource, string> = {
		form: `${type === 'boolean' ? 'Flip its switch once' : 'Fill in its field'}, or drag a value onto it. If it has an expression, that returned nothing: check the spelling of the field it reads.`,
		item: `Automatic mapping reads the item's field ${keys}, which is missing or empty. Rename a field in an Edit Fields node, or choose 'Map Each Column Manually'.`,
		json: `Add it to the JSON, as ${keys}, or check the expression behind it.`,
	};
	const reason = given?.kind === 'value' ? reasonFor(source, given) : undefined;
	const wanted = isFile ? `: ${acceptedFiles(type)}` : suchAs;
	// Whoever has its field in front of them needs no list.
	const isInView = given?.kind === 'emptied' || reason !== undefined;
	return wrongInput(
		`Input ${name} ${reason === undefined ? `needs a value${wanted}` : `has no value: ${reason}`}`,
		[ways[source], ...(isFile ? [filesInWords(files)] : [])],
		isInView ? undefined : inputList(inputs),
	);
}

/** Why a value that was given is none; undefined if it is an empty text. */
function reasonFor(
	source: ValueSource,
	{ value, key }: { value: unknown; key: string },
): string | undefined {
	if (value !== null && value !== undefined) return undefined;
	const nothing = value === null ? 'null' : 'nothing';
	const reasons: Record<ValueSource, string> = {
		form: `its expression returned ${nothing}`,
		item: `the item's field '${key}' is ${nothing}`,
		json: `the JSON has ${nothing}`,
	};
	return reasons[source];
}

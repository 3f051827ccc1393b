import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

import { Failure, invalidInput, messageOf } from '../api/failures';
import { type ApiInput, isSeedTitle, type PlannedInput } from './inputTypes';
import { inputsCalled, uniqueNames } from './keys';
import { holdsExactNumbers, useSmallerNumber } from './scalars';
import { assign, type GivenValues, Refusals } from './values';
import { nameOf } from './wording';

const record = z.record(z.unknown());

/** A JSON object as it came: what zod itself makes of one lacks a key `__proto__`. */
export const jsonObject = z.custom<Record<string, unknown>>(
	(value) => record.safeParse(value).success,
);

const wrapped = z.object({ inputs: jsonObject });
const described = z.object({ title: z.string().optional(), value: z.unknown() }).strip();

const spellings =
	'Give the whole body of Run Task, or only values: { "<input id or title>": value, … }.';

/**
 * What the JSON parameter says: the API's whole body, the body without `inputs` around it, or values by id or title,
 * mixed as you like, as text or as an object that an expression gave.
 * @throws Failure INVALID_INPUT for broken JSON; names that mean no input, or two, are among the refusals
 */
export function valuesFromJson(inputs: readonly ApiInput[], parameter: unknown): GivenValues {
	const parsed = parse(parameter);
	const entries = Object.entries(entriesOf(parsed));
	const beside = besideInputs(parsed).find((key) => inputsCalled(inputs, key).length > 0);
	if (beside !== undefined) throw besideTheInputs(beside);
	return assign(
		inputs,
		entries.map(([key, entry]) => [key, valueOf(entry)]),
		(key) => unknownInput(inputs, key),
	);
}

/**
 * The body as it will be sent when the credential has no example to check it against. Only `random` as the value of
 * an input whose title names a seed is replaced.
 * @throws Failure INVALID_INPUT when it is not the whole body
 */
export function planWholeBody(parameter: unknown): PlannedInput[] {
	const entries = Object.entries(entriesOf(parse(parameter)));
	if (entries.length === 0) {
		throw invalidInput('The JSON has no inputs', spellings);
	}
	const refusals = new Refusals();
	const planned = entries.flatMap(([id, entry]) => {
		const input = refusals.isFull ? undefined : refusals.check(() => planAsGiven(id, entry));
		return input === undefined ? [] : [input];
	});
	refusals.throwAll();
	return planned;
}

function planAsGiven(id: string, entry: unknown): PlannedInput {
	const parsed = described.safeParse(entry);
	if (!parsed.success || parsed.data.value === undefined) {
		throw invalidInput(
			`The JSON gives input '${id}' without { "title": …, "value": … }, and the credential has no example to complete it`,
			"Paste the sample request body from 'API Instructions' into the credential, or give the whole body here.",
		);
	}
	const { title, value } = parsed.data;
	if (!holdsExactNumbers(value)) {
		throw invalidInput(
			`Input ${nameOf({ id, title: title ?? id })} holds a number that is too large to be sent exactly`,
			useSmallerNumber,
		);
	}
	const random =
		typeof value === 'string' && /^\s*random\s*$/i.test(value) && isSeedTitle(title ?? '');
	return {
		id,
		title,
		value: random ? { kind: 'seed', asText: false } : { kind: 'value', value },
	};
}

/** Other fields are no business of ours: `{{ $json }}` of an InstaSD item has them, too, its `seed` among them. */
function besideInputs(parsed: unknown): string[] {
	if (!wrapped.safeParse(parsed).success) return [];
	const beside = Object.keys(jsonObject.parse(parsed)).filter((key) => key !== 'inputs');
	return beside.includes('task_id') ? [] : beside;
}

function besideTheInputs(key: string) {
	return invalidInput(
		`The JSON gives input '${key}' beside 'inputs', where it would be ignored`,
		`Put it inside 'inputs', or leave 'inputs' out. ${spellings}`,
	);
}

function entriesOf(parsed: unknown): Record<string, unknown> {
	const body = wrapped.safeParse(parsed);
	if (body.success) return body.data.inputs;
	const bare = jsonObject.safeParse(parsed);
	if (bare.success) return bare.data;
	throw invalidInput('The JSON of the inputs is not an object', spellings);
}

function parse(parameter: unknown): unknown {
	if (typeof parameter !== 'string') return parameter;
	if (parameter.trim() === '') return {};
	return parsePastedJson(parameter, (reason) =>
		invalidInput(
			`The JSON of the inputs is broken: ${reason}`,
			'Names and texts need double quotes; line breaks within a text are written \\n. An expression that inserts text needs JSON.stringify, as in {{ JSON.stringify($json.prompt) }}.',
		),
	);
}

/** The value of an entry in the form of the body; a bare value is meant as it is. */
function valueOf(entry: unknown): unknown {
	const parsed = described.safeParse(entry);
	return parsed.success && Object.hasOwn(parsed.data, 'value') ? parsed.data.value : entry;
}

function unknownInput(inputs: readonly ApiInput[], key: string) {
	const named = uniqueNames(inputs);
	const near = nearestInput(named, key);
	return invalidInput(
		`The API has no input '${key.slice(0, 80)}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
		`Its inputs are: ${named.map(nameOf).join(', ')}. If the API has changed, paste its new example into the credential.`,
	);
}

/** The title or id that was probably meant: the one with the fewest edits, unless that is more than half of it. */
function nearestInput(
	named: ReadonlyArray<{ id: string; title: string }>,
	written: string,
): string | undefined {
	const comparable = (name: string) => name.trim().slice(0, 60).toLowerCase();
	const wanted = comparable(written);
	const [best] = named
		.flatMap(({ id, title }) => [title, id])
		.map((name) => ({ name, edits: distance(wanted, comparable(name)) }))
		.filter(({ name, edits }) => edits <= Math.max(wanted.length, comparable(name).length) / 2)
		.sort((one, other) => one.edits - other.edits);
	return best?.name;
}

/**
 * Reads JSON that a person pasted; a byte order mark and spaces around it do no harm.
 * @param broken makes the refusal from the parser's reason
 * @throws Failure what `broken` makes
 */
export function parsePastedJson(text: string, broken: (reason: string) => Failure): unknown {
	try {
		return JSON.parse(text.trim());
	} catch (error) {
		throw broken(messageOf(error));
	}
}

import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { isSeedTitle, nameOf, type ApiInput } from './inputTypes';
import { nearest } from './nearest';
import type { PlannedInput } from './plannedInput';
import { ambiguous, inputsCalled, type GivenValues } from './values';

const record = z.record(z.unknown());
const wrapped = z.object({ inputs: record });
const described = z.object({ title: z.string().optional(), value: z.unknown() }).strip();

const spellings =
	'Give the whole body of Run Task, or only values: { "<input id or title>": value, … }.';

/**
 * What the JSON parameter says: the API's whole body, the body without `inputs` around it, or values by id or title,
 * mixed as you like, as text or as an object that an expression gave.
 * @throws Failure INVALID_INPUT for broken JSON, and for a name that means no input, or two
 */
export function valuesFromJson(inputs: readonly ApiInput[], parameter: unknown): GivenValues {
	const given = new Map<string, { kind: 'value'; value: unknown }>();
	for (const [key, entry] of Object.entries(entriesOf(parameter))) {
		const matches = inputsCalled(inputs, key);
		const [input] = matches;
		if (input === undefined) throw unknownInput(inputs, key);
		if (matches.length > 1) throw ambiguous(key, matches);
		if (given.has(input.id)) {
			throw invalidInput(
				`The JSON gives input ${nameOf(input)} twice, by id and by title`,
				'Keep one of them.',
			);
		}
		given.set(input.id, { kind: 'value', value: valueOf(entry) });
	}
	return given;
}

/**
 * The body as it will be sent when the credential has no example to check it against. Only `random` as the value of
 * an input whose title names a seed is replaced.
 * @throws Failure INVALID_INPUT when it is not the whole body
 */
export function planWholeBody(parameter: unknown): PlannedInput[] {
	const entries = Object.entries(entriesOf(parameter));
	if (entries.length === 0) {
		throw invalidInput('The JSON has no inputs', spellings);
	}
	return entries.map(([id, entry]) => {
		const parsed = described.safeParse(entry);
		if (!parsed.success || !Object.hasOwn(parsed.data, 'value')) {
			throw invalidInput(
				`The JSON gives input '${id}' without { "title": …, "value": … }, and the credential has no example to complete it`,
				"Paste the sample request body from 'API Instructions' into the credential, or give the whole body here.",
			);
		}
		const { title, value } = parsed.data;
		if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
			throw invalidInput(
				`Input ${nameOf({ id, title: title ?? id })} is a whole number that is too large to be sent exactly`,
				'n8n computes exactly up to ±9007199254740991 (2^53 − 1). Use a smaller number.',
			);
		}
		const random = value === 'random' && isSeedTitle(title ?? '');
		return {
			id,
			title,
			value: random ? { kind: 'seed', asText: false } : { kind: 'value', value },
		};
	});
}

function entriesOf(parameter: unknown): Record<string, unknown> {
	const parsed = parse(parameter);
	const body = wrapped.safeParse(parsed);
	if (body.success) return body.data.inputs;
	const bare = record.safeParse(parsed);
	if (bare.success && !Array.isArray(parsed)) return bare.data;
	throw invalidInput('The JSON of the inputs is not an object', spellings);
}

function parse(parameter: unknown): unknown {
	if (typeof parameter !== 'string') return parameter;
	if (parameter.trim() === '') return {};
	try {
		return JSON.parse(parameter);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw invalidInput(
			`The JSON of the inputs is broken: ${reason}`,
			'Names and texts need double quotes; line breaks within a text are written \\n. An expression that inserts text needs JSON.stringify, as in {{ JSON.stringify($json.prompt) }}.',
		);
	}
}

/** The value of an entry in the form of the body; a bare value is meant as it is. */
function valueOf(entry: unknown): unknown {
	const parsed = described.safeParse(entry);
	return parsed.success && typeof entry === 'object' && entry !== null && 'value' in entry
		? parsed.data.value
		: entry;
}

function unknownInput(inputs: readonly ApiInput[], key: string) {
	const names = inputs.flatMap(({ id, title }) => [title, id]);
	const near = nearest(key, names);
	return invalidInput(
		`The API has no input '${key.slice(0, 80)}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
		`Its inputs are: ${inputs.map(nameOf).join(', ')}. If the API has changed, paste its new example into the credential.`,
	);
}

import * as z from 'zod';

import { invalidInput, messageOf, wrongInput } from '../api/failures';
import type { ApiInput, PlannedInput } from './inputTypes';
import { inputList, meaningOf, unknownInput } from './names';
import { hasExactNumbers, useSmallerNumber } from './scalars';
import { isSeedTitle } from './roles';
import { assign, type GivenValues, InputErrors, lookUp } from './values';

const record = z.record(z.unknown());

/** A JSON object, unchanged: zod's own copy would lack a key `__proto__`. */
const jsonObject = z.custom<Record<string, unknown>>((value) => record.safeParse(value).success);

const bodyEntry = z.object({ title: z.string().optional(), value: z.unknown() });

const acceptedForms =
	'Give the whole body of Run Task, or only values: { "prompt": "…", "<title or ID>": value, … }.';

/**
 * Reads the JSON parameter: the whole request body, the contents of its `inputs`, or values by any key that means an
 * input, in any mix, as text or as an object returned by an expression.
 * @throws Failure INVALID_INPUT for JSON that is invalid or gives nothing: it would pay for the example's own picture.
 * Unknown and ambiguous keys are collected in `errors`.
 */
export function valuesFromJson(inputs: readonly ApiInput[], parameter: unknown): GivenValues {
	const { entries, beside } = read(parameter, inputs);
	const misplaced = beside.find((key) => meaningOf(inputs, key).meant.length > 0);
	// An item of this node (`{{ $json }}`) is exempt: its fields, such as `seed`, may match inputs.
	if (misplaced !== undefined && !beside.includes('task_id')) {
		throw invalidInput(
			`The JSON has input '${misplaced}' next to 'inputs', where it would be ignored`,
			`Put it inside 'inputs', or leave 'inputs' out. ${acceptedForms}`,
		);
	}
	return assign(
		'json',
		lookUp(inputs, Object.fromEntries(entries)).map((one) => ({
			...one,
			value: valueOf(one.value),
		})),
		(key) => unknownInput(inputs, key),
	);
}

/**
 * Plans a body for a credential without an example to check it against. It is sent unchanged, except that `random` is
 * replaced where the title names a seed.
 * @throws Failure INVALID_INPUT when it is not the whole body
 */
export function planWholeBody(parameter: unknown): PlannedInput[] {
	const errors = new InputErrors();
	const planned = read(parameter).entries.flatMap(
		([id, entry]) => errors.check(() => planAsGiven(id, entry)) ?? [],
	);
	errors.throwAll(acceptedForms);
	return planned;
}

function planAsGiven(id: string, entry: unknown): PlannedInput {
	const parsed = bodyEntry.safeParse(entry);
	if (!parsed.success || parsed.data.value === undefined) {
		throw wrongInput(
			`The JSON gives input '${id}' without { "title": …, "value": … }, and the credential has no sample to complete it`,
			[
				"Copy the sample request body from 'API Instructions' into the credential, or give the whole body here.",
			],
		);
	}
	const { title, value } = parsed.data;
	const name = `'${title?.trim() || id}'`;
	if (!hasExactNumbers(value)) {
		throw wrongInput(`Input ${name} contains a number too large to be sent exactly`, [
			useSmallerNumber,
		]);
	}
	const isRandom =
		typeof value === 'string' && /^\s*random\s*$/i.test(value) && isSeedTitle(title ?? '');
	return {
		id,
		title,
		name,
		value: isRandom ? { kind: 'seed', asText: false } : { kind: 'value', value },
	};
}

/** The entries of a body's `inputs`, and the keys beside that; or the entries of an object without it. */
function read(parameter: unknown, inputs?: readonly ApiInput[]) {
	const body = bodyIn(parameter);
	const inside = jsonObject.safeParse(body.inputs).data;
	const entries = Object.entries(inside ?? body);
	if (entries.length === 0) {
		throw wrongInput('The JSON gives no input', [acceptedForms], inputs && inputList(inputs));
	}
	const beside = inside === undefined ? [] : Object.keys(body).filter((key) => key !== 'inputs');
	return { entries, beside };
}

function bodyIn(parameter: unknown): Record<string, unknown> {
	const parsed = parse(parameter);
	const body = jsonObject.safeParse(parsed);
	if (body.success) return body.data;
	if (parsed === undefined) {
		throw invalidInput(
			'The expression of the inputs returned nothing: something that it reads is not there',
			"With a question mark, as in $('Chat').first().binary?.data0, the message names the input that lacks it.",
		);
	}
	throw invalidInput('The JSON of the inputs is not an object', acceptedForms);
}

/** Text is parsed; a byte order mark and spaces around it are fine. */
function parse(parameter: unknown): unknown {
	if (typeof parameter !== 'string') return parameter;
	if (parameter.trim() === '') return {};
	try {
		return JSON.parse(parameter.trim());
	} catch (error) {
		throw invalidInput(
			`The JSON of the inputs is not valid: ${messageOf(error)}`,
			'Keys and strings need double quotes; a line break in a string is written \\n. An expression that inserts text needs JSON.stringify, as in {{ JSON.stringify($json.prompt) }}.',
		);
	}
}

/** The `value` of an entry of the body, or a bare value itself. */
function valueOf(entry: unknown): unknown {
	const parsed = bodyEntry.safeParse(entry);
	return parsed.success && Object.hasOwn(parsed.data, 'value') ? parsed.data.value : entry;
}

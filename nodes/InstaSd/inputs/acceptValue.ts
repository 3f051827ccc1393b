import { invalidInput, type Failure } from '../api/failures';
import { acceptFile, type ItemFiles } from './acceptFile';
import { parseBoolean } from './booleans';
import { fileTypes, nameOf, type ApiInput, type InputValue } from './inputTypes';
import { isExact, parseNumber, useSmallerNumber } from './numbers';
import type { PlannedValue } from './plannedInput';
import { quoted } from './quoted';

/**
 * What a given value is sent as. Text that spells a number, and numbers for a text, are taken for what they are;
 * whatever would have to be guessed or rounded is refused.
 * @throws Failure INVALID_INPUT that names the input, the value and what it takes
 */
export function acceptValue(input: ApiInput, given: unknown, files: ItemFiles): PlannedValue {
	if (input.type === 'seed') return acceptSeed(input, given);
	if (given === null || given === undefined) {
		throw invalidInput(
			`Input ${nameOf(input)} has no value: its expression gave ${given === null ? 'null' : 'nothing'}`,
			'Check the expression, for instance the spelling of the field it reads. To send the value of the example, remove the field from the form; to send empty text, clear it.',
		);
	}
	if (fileTypes.has(input.type)) return acceptFile(input, given, files);
	return { kind: 'value', value: acceptPlain(input, given) };
}

function acceptSeed(input: ApiInput, given: unknown): PlannedValue {
	const asText = typeof input.sample === 'string';
	const drawn =
		given === null ||
		given === undefined ||
		(typeof given === 'string' && /^(random)?$/i.test(given.trim()));
	if (drawn) return { kind: 'seed', asText };
	const seed = parseNumber(given);
	if (seed === undefined || !Number.isInteger(seed)) {
		throw refused(input, given, "takes a whole number, or 'random' for a new one with every task");
	}
	if (!isExact(seed)) throw numberTooLarge(input, given);
	return { kind: 'value', value: asText ? String(seed) : seed };
}

function acceptPlain(input: ApiInput, given: unknown): InputValue {
	const { sample } = input;
	// What the example itself holds is right, whatever its hint says.
	if (sample !== undefined && given === sample && (typeof sample !== 'number' || isExact(sample))) {
		return sample;
	}
	switch (input.type) {
		case 'number':
		case 'integer':
			return acceptNumber(input, given);
		case 'boolean':
			return acceptBoolean(input, given);
		case 'options':
			return acceptOption(input, given);
		default:
			return acceptText(input, given);
	}
}

/** A number; as text where the example has it as text. */
function acceptNumber(input: ApiInput, given: unknown): InputValue {
	const number = parseNumber(given);
	if (number === undefined) throw refused(input, given, 'takes a number');
	if (input.type === 'integer' && !Number.isInteger(number)) {
		throw refused(input, given, 'takes a whole number');
	}
	if (!isExact(number)) throw numberTooLarge(input, given);
	return typeof input.sample === 'string' ? String(given).trim() : number;
}

/** True or false; as text where the example has it as text. */
function acceptBoolean(input: ApiInput, given: unknown): InputValue {
	const read = parseBoolean(given);
	if (read === undefined) {
		// A switch cannot be emptied; n8n shows one that is new in the form as on, and stores nothing.
		const advice =
			given === '' ? 'Flip the switch in the form once, or remove the field.' : undefined;
		throw refused(input, given, 'takes true or false', advice);
	}
	return typeof input.sample === 'string' ? String(read) : read;
}

function acceptOption(input: ApiInput, given: unknown): InputValue {
	const chosen =
		input.options.find((option) => option === given) ??
		input.options.find((option) => typeof given !== 'object' && String(option) === String(given));
	if (chosen === undefined) {
		throw refused(input, given, `takes one of ${input.options.map(quoted).join(', ')}`);
	}
	return chosen;
}

function acceptText(input: ApiInput, given: unknown): string {
	if (typeof given === 'object') throw refused(input, given, 'takes text');
	if (typeof given === 'number' && Number.isInteger(given) && !isExact(given)) {
		throw numberTooLarge(input, given);
	}
	return String(given);
}

function refused(
	input: ApiInput,
	given: unknown,
	takes: string,
	advice = 'Correct the value in the form, the expression behind it, or the JSON.',
): Failure {
	return invalidInput(
		given === ''
			? `Input ${nameOf(input)} is empty, but ${takes}`
			: `Input ${nameOf(input)} ${takes}, not ${quoted(given)}`,
		`Nothing was sent. ${advice}`,
	);
}

function numberTooLarge(input: ApiInput, given: unknown): Failure {
	return invalidInput(
		`Input ${nameOf(input)} is the whole number ${quoted(given)}, which is too large to be sent exactly`,
		useSmallerNumber,
	);
}

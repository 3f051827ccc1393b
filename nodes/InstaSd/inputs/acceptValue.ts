import { invalidInput, type Failure } from '../api/failures';
import { acceptFile, type ItemFiles } from './acceptFile';
import { fileTypes, nameOf, type ApiInput, type InputValue } from './inputTypes';
import type { PlannedValue } from './plannedInput';

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
	switch (input.type) {
		case 'number':
		case 'integer':
			return { kind: 'value', value: acceptNumber(input, given) };
		case 'boolean':
			return { kind: 'value', value: acceptBoolean(input, given) };
		case 'options':
			return { kind: 'value', value: acceptOption(input, given) };
		default:
			return { kind: 'value', value: acceptText(input, given) };
	}
}

function acceptSeed(input: ApiInput, given: unknown): PlannedValue {
	const asText = typeof input.sample === 'string';
	const drawn =
		given === null ||
		given === undefined ||
		(typeof given === 'string' && /^\s*(random)?\s*$/i.test(given));
	if (drawn) return { kind: 'seed', asText };
	const seed = parseNumber(given);
	if (seed === undefined || !Number.isInteger(seed)) {
		throw refused(input, given, "takes a whole number, or 'random' for a new one with every task");
	}
	if (!Number.isSafeInteger(seed)) throw tooLarge(input, given);
	return { kind: 'value', value: asText ? String(seed) : seed };
}

function acceptNumber(input: ApiInput, given: unknown): number {
	const number = parseNumber(given);
	if (number === undefined) throw refused(input, given, 'takes a number');
	if (input.type === 'integer' && !Number.isInteger(number)) {
		throw refused(input, given, 'takes a whole number');
	}
	if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw tooLarge(input, given);
	return number;
}

function acceptBoolean(input: ApiInput, given: unknown): boolean {
	const word = String(given).trim().toLowerCase();
	if (word !== 'true' && word !== 'false') throw refused(input, given, 'takes true or false');
	return word === 'true';
}

function acceptOption(input: ApiInput, given: unknown): InputValue {
	const chosen = input.options.find((option) => String(option) === String(given));
	if (chosen === undefined) {
		throw refused(input, given, `takes one of ${input.options.map(shown).join(', ')}`);
	}
	return chosen;
}

function acceptText(input: ApiInput, given: unknown): string {
	if (typeof given === 'object') throw refused(input, given, 'takes text');
	if (typeof given === 'number' && Number.isInteger(given) && !Number.isSafeInteger(given)) {
		throw tooLarge(input, given);
	}
	return String(given);
}

/** A number, or text that spells one in decimal; undefined for all else. */
function parseNumber(given: unknown): number | undefined {
	if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
	if (typeof given !== 'string') return undefined;
	if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(given)) return undefined;
	const number = Number(given);
	return Number.isFinite(number) ? number : undefined;
}

function refused(input: ApiInput, given: unknown, takes: string): Failure {
	return invalidInput(
		given === ''
			? `Input ${nameOf(input)} is empty, but ${takes}`
			: `Input ${nameOf(input)} ${takes}, not ${shown(given)}`,
		'Nothing was sent. Correct the value in the form, the expression behind it, or the JSON.',
	);
}

function tooLarge(input: ApiInput, given: unknown): Failure {
	return invalidInput(
		`Input ${nameOf(input)} is the whole number ${shown(given)}, which is too large to be sent exactly`,
		'n8n computes exactly up to ±9007199254740991 (2^53 − 1). Use a smaller number.',
	);
}

function shown(value: unknown): string {
	const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

import * as z from 'zod';

import { invalidInput } from '../api/failures';
import { type ApiInput, inputKinds, type InputType } from '../inputs/inputTypes';
import { inferType, isSeedTitle } from '../inputs/roles';
import { quoted } from '../inputs/wording';
import { isObject } from './pasteKinds';

const value = z.union([z.string(), z.number().finite(), z.boolean()]);
const typeNames: readonly unknown[] = Object.keys(inputKinds);
const entry = z.object({
	title: z.string().optional(),
	value: value.nullish(),
	type: z.custom<InputType>((type) => typeNames.includes(type)).optional(),
	options: z.array(value).nonempty().optional(),
});

const advice = `Each input must look like { "title": "Prompt", "value": "a cat" }: the title is text, the value text, a number, true or false. It may have a "type" (${typeNames.join(', ')}) or "options" (a list of values).`;

/** What Postman replaces by an integer. */
const drawnByPostman = /^\s*\{\{\s*\$(?:randomInt|timestamp)\s*\}\}\s*$/;
/** What an item of this node has in place of a file that was sent. */
const placeOfFile = /^\((?:base64 of|link to) '.*', \d+ bytes\)$/s;

/**
 * An input as the sample request describes it: `{ title, value }`, perhaps with a `type` or `options`, or its value alone.
 * @param subject what errors call the sample request
 * @throws Failure INVALID_INPUT that names the part which is wrong
 */
export function readInput(id: string, described: unknown, subject: string): ApiInput {
	const parsed = entry.safeParse(isObject(described) ? described : { value: described ?? [] });
	const name = `Input ${quoted(id)} in the ${subject}`;
	if (!parsed.success) {
		const [wrong] = parsed.error.issues[0]?.path ?? [];
		const where = wrong === undefined ? '' : ` (its '${wrong}')`;
		throw invalidInput(`${name} is not understood${where}`, advice);
	}
	const { title = id, value: sample, type, options = [] } = parsed.data;
	if (type === 'options' && options.length === 0) {
		throw invalidInput(
			`${name} has the type "options", but no list of them`,
			'Add "options": [ … ] with the values that the input takes.',
		);
	}
	return {
		id,
		title,
		type: type ?? (options.length > 0 ? 'options' : typeOf(title, sample)),
		sample: sample ?? undefined,
		options,
	};
}

function typeOf(title: string, sample: unknown): InputType {
	if (drawnByPostman.test(String(sample)) && isSeedTitle(title)) return 'seed';
	const isFile = typeof sample === 'string' && placeOfFile.test(sample);
	const type = inferType(title, isFile ? '' : sample);
	return isFile && !inputKinds[type].isFile ? 'file' : type;
}

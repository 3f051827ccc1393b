import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { inferType, inputTypes, type ApiInput } from '../inputs/inputTypes';
import { quoted } from '../inputs/quoted';

const value = z.union([z.string(), z.number(), z.boolean()]);
const entry = z.object({
	title: z.string().optional(),
	value: value.nullish(),
	type: z.enum(inputTypes).optional(),
	options: z.array(value).nonempty().optional(),
});
const part = entry.keyof();

/** What each part of an entry may be, in words. */
const rules: Record<z.infer<typeof part>, string> = {
	title: 'must be text',
	value: 'must be text, a number, true or false',
	type: `must be one of ${inputTypes.join(', ')}`,
	options: 'must be a list of values',
};

/**
 * An input as the sample request describes it: `{ title, value }`, perhaps with a `type` or `options`, or its value alone.
 * @param subject what errors call the sample request
 * @throws Failure INVALID_INPUT that names the part which is wrong
 */
export function readInput(id: string, described: unknown, subject: string): ApiInput {
	const alone = value.safeParse(described);
	const parsed = entry.safeParse(alone.success ? { value: alone.data } : described);
	if (parsed.success && parsed.data.type === 'options' && parsed.data.options === undefined) {
		throw invalidInput(
			`Input ${quoted(id)} in the ${subject} has the type "options", but no list of them`,
			'Add "options": [ … ] with the values that the input takes.',
		);
	}
	if (!parsed.success) {
		const wrong = part.safeParse(parsed.error.issues[0]?.path[0]).data;
		throw invalidInput(
			`Input ${quoted(id)} in the ${subject} is not understood${wrong === undefined ? '' : ` ('${wrong}' ${rules[wrong]})`}`,
			`Each input must look like { "title": "Prompt", "value": "a cat" }, and may have a "type" (${inputTypes.join(', ')}) or "options" (a list of values).`,
		);
	}
	const { title = id, value: sample = undefined, type, options = [] } = parsed.data;
	return {
		id,
		title,
		type: type ?? (options.length > 0 ? 'options' : inferType(title, sample)),
		sample: sample ?? undefined,
		options,
	};
}

import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { inferType, inputTypes, type ApiInput } from '../inputs/inputTypes';
import { jsonObject, parsePastedJson } from '../inputs/pastedJson';

const value = z.union([z.string(), z.number(), z.boolean()]);
const entry = z.object({
	title: z.string().optional(),
	value: value.nullish(),
	type: z.enum(inputTypes).optional(),
	options: z.array(value).nonempty().optional(),
});
const body = z.object({ inputs: jsonObject });

const whereToFind =
	"Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential.";

/**
 * The inputs of an API, in the order of its sample request. `{ "inputs": { id: { title, value } } }` is the form of the
 * contract; the part inside `inputs` alone is understood too, and each input may carry a `type` or `options`.
 * @throws Failure INVALID_INPUT when the text is not JSON or has no inputs
 */
export function parseRequestExample(text: string): ApiInput[] {
	const parsed = parsePastedJson(text, (reason) =>
		invalidInput(`The request example in the credential is not JSON: ${reason}`, whereToFind),
	);
	const wrapped = body.safeParse(parsed);
	const all = wrapped.success ? wrapped.data.inputs : jsonObject.catch({}).parse(parsed);
	const inputs = Object.entries(all).map(([id, described]) => readInput(id, described));
	if (inputs.length === 0) {
		throw invalidInput(
			'The request example in the credential has no inputs: it must look like { "inputs": { "<id>": { "title": …, "value": … } } }',
			whereToFind,
		);
	}
	return inputs;
}

function readInput(id: string, described: unknown): ApiInput {
	const parsed = entry.safeParse(described);
	if (parsed.success && parsed.data.type === 'options' && parsed.data.options === undefined) {
		throw invalidInput(
			`Input '${id}' in the request example of the credential has the type "options", but no list of them`,
			'Add "options": [ … ] with the values that the input takes.',
		);
	}
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where =
			issue === undefined || issue.path.length === 0
				? ''
				: ` ('${issue.path.join('.')}': ${issue.message})`;
		throw invalidInput(
			`Input '${id}' in the request example of the credential is not understood${where}`,
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

import type { ResourceMapperField } from 'n8n-workflow';

import type { ApiInput, InputType } from './inputTypes';
import { labelledInputs, startsEmpty } from './labels';

const fieldTypes: Record<InputType, ResourceMapperField['type']> = {
	text: 'string',
	number: 'number',
	integer: 'number',
	boolean: 'boolean',
	options: 'options',
	// n8n sends an untouched number field as 0, so a seed is text that says what will be sent.
	seed: 'string',
	image: 'string',
	video: 'string',
	file: 'string',
};

/** The form of an API in n8n's resource mapper: a field for each input, keyed by the input's id. */
export function inputFields(inputs: readonly ApiInput[]): ResourceMapperField[] {
	return labelledInputs(inputs).map(({ input, label }) => ({
		id: input.id,
		displayName: label,
		type: fieldTypes[input.type],
		// n8n's own check of required fields names only the opaque id; ours names the title.
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		readOnly: false,
		removed: false,
		...startValue(input),
		...(input.type === 'options'
			? { options: input.options.map((value) => ({ name: String(value), value })) }
			: {}),
	}));
}

function startValue(input: ApiInput): Pick<ResourceMapperField, 'defaultValue'> {
	if (input.type === 'seed') return { defaultValue: 'random' };
	if (startsEmpty(input) || input.sample === undefined) return {};
	return { defaultValue: input.sample };
}

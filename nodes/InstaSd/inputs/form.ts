import type { ResourceMapperField } from 'n8n-workflow';

import { startsEmpty } from './acceptValue';
import { type ApiInput, inputKinds } from './inputTypes';
import { knownInputs } from './names';

/**
 * An API's form for n8n's resource mapper: one field per input, keyed by the input's id.
 * @param forModel whether a model may fill it in: n8n makes the names of a tool's parameters from the labels
 */
export function inputFields(inputs: readonly ApiInput[], forModel = false): ResourceMapperField[] {
	return knownInputs(inputs).map((input) => ({
		id: input.id,
		displayName: forModel ? input.fieldName : input.label,
		type: inputKinds[input.type].field,
		// n8n's own check for required fields names only the opaque id; this node's check names the title.
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		readOnly: false,
		removed: false,
		...defaultOf(input),
		...(input.type === 'options'
			? { options: input.options.map((value) => ({ name: String(value), value })) }
			: {}),
	}));
}

function defaultOf(input: ApiInput): Pick<ResourceMapperField, 'defaultValue'> {
	if (input.type === 'seed') return { defaultValue: 'random' };
	if (startsEmpty(input) || input.sample === undefined) return {};
	return { defaultValue: input.sample };
}

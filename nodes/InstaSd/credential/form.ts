import type { ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';

import { asFailure } from '../api/failures';
import { type ApiInput, inputKinds } from '../inputs/inputTypes';
import { knownInputs } from '../inputs/names';
import { escapeHtml, firstFew } from '../inputs/wording';
import { inputsOf } from './credential';
import { whereSampleIs } from './refusals';

/** With more fields, n8n's editor takes seconds to open the node; from about 1,000 on, typing lags. */
const maxFields = 500;

const setToJson = "Set 'Inputs' to JSON";

/**
 * The form of the credential's API for n8n's resource mapper or, instead of fields, a notice that says why there are
 * none.
 * @param forModel whether a model may fill it in
 */
export function formOf(credential: unknown, forModel = false): ResourceMapperFields {
	try {
		const inputs = inputsOf(credential);
		if (inputs === undefined) return withoutFields(noExample);
		if (inputs.length > maxFields) {
			return withoutFields(
				`This API has ${inputs.length} inputs, and n8n's editor becomes slow with more than ${maxFields} fields. ${setToJson}: list those that you want to change; the others are sent as in the sample.`,
			);
		}
		return {
			fields: inputFields(inputs, forModel),
			emptyFieldsNotice: escapeHtml(mappingNotice(inputs)),
		};
	} catch (error) {
		const { message, description } = asFailure(error).details;
		return withoutFields(`${message}. ${description}`);
	}
}

/**
 * One field per input, keyed by the input's id.
 * @param forModel whether a model may fill it in: n8n makes the names of a tool's parameters from the labels
 */
export function inputFields(inputs: readonly ApiInput[], forModel = false): ResourceMapperField[] {
	return knownInputs(inputs).map(({ id, isRequired, label, options, sample, toolName, type }) => {
		const defaultValue = type === 'seed' ? 'random' : isRequired ? undefined : sample;
		return {
			id,
			displayName: forModel ? toolName : label,
			type: inputKinds[type].field,
			// n8n's own check for required fields names only the opaque id; this node's check names the title.
			required: false,
			defaultMatch: false,
			canBeUsedToMatch: false,
			display: true,
			readOnly: false,
			removed: false,
			...(defaultValue !== undefined && { defaultValue }),
			...(type === 'options' && {
				options: options.map((value) => ({ name: String(value), value })),
			}),
		};
	});
}

const noExample = `The credential has no sample request body yet. ${whereSampleIs} ${setToJson} to work without one.`;

/** n8n renders a notice as HTML. */
function withoutFields(notice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice: escapeHtml(notice) };
}

const maxNames = 20;

/**
 * The notice that n8n shows with automatic mapping: the names that it looks for, first those of every API. It is never
 * empty: the editor keeps the last notice it received, which could be the one about an earlier, wrong example.
 */
function mappingNotice(inputs: readonly ApiInput[]): string {
	const all = knownInputs(inputs);
	const names = [
		...all.flatMap(({ role, name }) => (role === undefined ? [] : [`'${role}' or ${name}`])),
		...all.flatMap(({ role, name }) => (role === undefined ? [name] : [])),
	];
	return `The item's fields with these names are taken: ${firstFew(names, maxNames)}.`;
}

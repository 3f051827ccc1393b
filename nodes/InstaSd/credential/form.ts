import type { ResourceMapperFields } from 'n8n-workflow';

import { asFailure } from '../api/failures';
import { inputFields } from '../inputs/form';
import type { ApiInput } from '../inputs/inputTypes';
import { knownInputs } from '../inputs/names';
import { escapeHtml, firstFew } from '../inputs/wording';
import { inputsOf } from './credential';

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
		if (inputs.length > maxFields) return withoutFields(tooMany(inputs));
		return {
			fields: inputFields(inputs, forModel),
			emptyFieldsNotice: escapeHtml(mappingNotice(inputs)),
		};
	} catch (error) {
		const { message, description } = asFailure(error).details;
		return withoutFields(`${message}. ${description}`);
	}
}

const noExample = `The credential has no request example yet. Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential. ${setToJson} to work without one.`;

function tooMany({ length }: readonly ApiInput[]): string {
	return `This API has ${length} inputs, and n8n's editor becomes slow with more than ${maxFields} fields. ${setToJson}: list those that you want to change; the others are sent as in the example.`;
}

/** n8n renders a notice as HTML. */
function withoutFields(notice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice: escapeHtml(notice) };
}

/**
 * The notice that n8n shows with automatic mapping; with fields it shows none. It is never empty: the editor keeps the
 * last notice it received, which could be the one about an earlier, wrong example.
 */
function mappingNotice(inputs: readonly ApiInput[]): string {
	return `Automatic mapping looks for fields of the item with these names: ${namesOf(inputs)}.`;
}

const maxNames = 20;

/** The names that automatic mapping looks for: first those that it looks for with every API. */
function namesOf(inputs: readonly ApiInput[]): string {
	const all = knownInputs(inputs);
	const names = [
		...all.flatMap(({ role, name }) => (role === undefined ? [] : [`'${role}' or ${name}`])),
		...all.flatMap(({ role, name }) => (role === undefined ? [name] : [])),
	];
	return firstFew(names, maxNames);
}

import type { ResourceMapperFields } from 'n8n-workflow';

import { asFailure } from '../api/failures';
import { inputFields } from '../inputs/form';
import type { ApiInput } from '../inputs/inputTypes';
import { escapeHtml } from '../inputs/wording';
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
		if (inputs.length > maxFields) return withoutFields(tooMany(inputs));
		return { fields: inputFields(inputs, forModel) };
	} catch (error) {
		const { message, description } = asFailure(error).details;
		return withoutFields(`${message}. ${description}`);
	}
}

const noExample = `The credential has no sample request body yet. ${whereSampleIs} ${setToJson} to work without one.`;

function tooMany({ length }: readonly ApiInput[]): string {
	return `This API has ${length} inputs, and n8n's editor becomes slow with more than ${maxFields} fields. ${setToJson}: list those that you want to change; the others are sent as in the sample.`;
}

/** n8n renders a notice as HTML. */
function withoutFields(notice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice: escapeHtml(notice) };
}

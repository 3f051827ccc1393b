import type { ResourceMapperFields } from 'n8n-workflow';

import { asFailure } from '../api/failures';
import { inputFields } from '../inputs/fields';
import type { ApiInput } from '../inputs/inputTypes';
import { exampleOf } from './credential';
import type { RequestExample } from './requestExample';

/** With more fields n8n's editor takes seconds to open the node, and lags behind the keys from about 1,000 on. */
const mostFields = 500;

const setToJson = "Set 'Inputs' to JSON";

/**
 * The form of the credential's API as n8n's resource mapper takes it, or, in place of fields, the notice that says why
 * there are none.
 */
export function formOf(credential: unknown): ResourceMapperFields {
	try {
		const example = exampleOf(credential);
		if (example === undefined) return withoutFields(noExample);
		const { inputs } = example;
		if (inputs.length > mostFields) return withoutFields(tooMany(inputs));
		return { fields: inputFields(inputs), ...noticeOf(example) };
	} catch (error) {
		const { message, description } = asFailure(error).details;
		return withoutFields(`${message}. ${description}`);
	}
}

const noExample = `The credential has no request example yet. Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential. ${setToJson} to do without.`;

function tooMany({ length }: ApiInput[]): string {
	return `This API has ${length} inputs, and n8n's editor becomes slow with more than ${mostFields} fields. ${setToJson}: it takes those that you want to change, the others are sent as in the example.`;
}

function withoutFields(notice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice: escaped(notice) };
}

/** n8n shows it in place of fields alone: beside a form, only where that is mapped automatically. */
function noticeOf({ isRepaired, holdsToken }: RequestExample) {
	const notice = [
		isRepaired
			? 'The request example in the credential is not exact JSON and was repaired: compare the fields with your API.'
			: '',
		holdsToken
			? "'Request Example' of the credential holds more than the request body, perhaps a token: it is no secret field, so keep only the body there."
			: '',
	]
		.filter(Boolean)
		.join(' ');
	return notice === '' ? {} : { emptyFieldsNotice: escaped(notice) };
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** n8n shows a notice as HTML. */
function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

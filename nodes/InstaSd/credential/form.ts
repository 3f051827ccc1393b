import type { ResourceMapperFields } from 'n8n-workflow';

import { asFailure } from '../api/failures';
import { inputFields } from '../inputs/form';
import { type ApiInput, shortTitle } from '../inputs/inputTypes';
import { uniqueNames } from '../inputs/keys';
import { firstFew, quoted } from '../inputs/wording';
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
		return {
			fields: inputFields(inputs),
			emptyFieldsNotice: escaped(noticeBeside(example)),
		};
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

/**
 * What n8n shows where the form is mapped automatically; beside fields it has no place. There is always one, because the
 * editor keeps the last notice that it got, and this would be the one of an example that was wrong.
 */
function noticeBeside({ inputs, isRepaired }: RequestExample): string {
	return [
		isRepaired
			? 'The request example in the credential is not exact JSON and was repaired: compare the fields with your API.'
			: '',
		`Automatic mapping looks for fields of the item with these names: ${namesOf(inputs)}.`,
	]
		.filter(Boolean)
		.join(' ');
}

const namedAtMost = 20;

/** What automatic mapping calls the inputs. */
function namesOf(inputs: ApiInput[]): string {
	const names = uniqueNames(inputs).map(({ id, title }) => quoted(shortTitle(title) || id));
	return firstFew(names, namedAtMost);
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

import { jsonParse } from 'n8n-workflow';

import { invalidInput } from '../api/failures';
import { readCurl, type Curl } from './curl';
import { objectsInText } from './objectsInText';
import { otherText, otherThing } from './otherThings';
import { collectionIn, readCollection, type Collected } from './postman';

const whereToFind =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content, or paste the curl command of Run Task.";

/**
 * URL, token and sample body of an API from what was pasted for all three: its Postman collection, or a curl command.
 * @throws Failure INVALID_INPUT that names what is missing, or what the text is instead; it repeats neither URL nor token
 */
export function readPastedSetup(text: string): Collected {
	const source = text.trim();
	if (source === '') {
		throw invalidInput('The Postman collection in the credential is empty', whereToFind);
	}
	const json = jsonParse<unknown>(source, { fallbackValue: () => undefined });
	const curl = json === undefined ? readCurl(source) : undefined;
	if (curl !== undefined) return collectedFrom(curl);
	const found = json === undefined ? objectsInText(source).next().value : undefined;
	const value = found?.kind === 'object' ? found.value : json;
	const collection = collectionIn(value);
	if (collection !== undefined) return readCollection(collection);
	if (found !== undefined && found.kind !== 'object') {
		throw invalidInput(
			`The Postman collection in the credential ${found.kind === 'unclosed' ? 'is cut off: its brackets do not close' : 'is not JSON'}`,
			`${whereToFind} Copy all of it.`,
		);
	}
	const thing = value === undefined ? (otherText(source) ?? 'no JSON') : otherThing(value);
	throw invalidInput(
		thing === undefined
			? "The Postman collection in the credential is none: it has no list of requests ('item')"
			: `What is pasted as the Postman collection in the credential is ${thing}`,
		whereToFind,
	);
}

function collectedFrom({ url, token, bodies }: Curl): Collected {
	if (url === undefined) {
		throw invalidInput('The curl command in the credential has no URL', whereToFind);
	}
	if (token === undefined || /^(bearer\s+)?[$%]\{?\w+[}%]?$/i.test(token)) {
		throw invalidInput(
			`The curl command in the credential has ${token === undefined ? 'no' : 'a variable as its'} bearer token`,
			`${whereToFind} Or choose 'Enter URL and Token' and type the token.`,
		);
	}
	const isUsable = URL.canParse(/^https?:\/\//i.test(url) ? url : `https://${url}`);
	if (!isUsable || /[\s"'<>{}$]/.test(url)) {
		throw invalidInput('The URL of the curl command in the credential is none', whereToFind);
	}
	return { apiUrl: url, apiToken: token, requestExample: bodies.find(isText) };
}

/** curl takes `@name` from a file. */
function isText(sent: string): boolean {
	return !sent.startsWith('@');
}

import { type Failure, invalidInput } from '../api/failures';
import { quoted } from '../inputs/wording';

/** Where the sample request body is, and where it belongs. */
export const whereSampleIs =
	"Copy the sample request body of Run Task from 'API Instructions' of your API in InstaSD into 'Sample Request Body' of the credential.";

/** Where URL, token and sample are in one text. */
export const whereCollectionIs =
	"Download the Postman collection from 'API Instructions' of your API in InstaSD, and paste its whole content, or paste the curl command of Run Task.";

/** What Postman, n8n and others fill in; a word, perhaps a path, or what a program spreads; a number; any other sign. */
const wordOrSign =
	/\{\{\s*\$?[\w.-]+\s*\}\}|(?:\.\.\.|\*\*)?[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*|\d[\w.+-]+|[^]/uy;

/**
 * A text that is not a request, or not all of it.
 * @param subject what errors call the text
 * @param what what is wrong with it
 */
export function refusal(subject: string, what: string, advice = ''): Failure {
	return invalidInput(`The ${subject} ${what}`, `${advice}${whereSampleIs}`);
}

/** A text whose end is missing. */
export function isCutOff(subject: string, why = 'its brackets do not close'): Failure {
	return refusal(subject, `is cut off: ${why}`, 'Copy all of it. ');
}

/**
 * A text that cannot be read at a position.
 * @param advice how to write what belongs there
 */
export function unreadable(
	text: string,
	at: number,
	subject: string,
	advice: string,
	what = whatIsAt(text, at),
): Failure {
	return invalidInput(
		`Line ${text.slice(0, at).split('\n').length} of the ${subject} cannot be read: ${what}`,
		`${advice} Or copy the request body alone. ${whereSampleIs}`,
	);
}

function whatIsAt(text: string, at: number): string {
	wordOrSign.lastIndex = at;
	const [found = ''] = wordOrSign.exec(text) ?? [];
	const said = /^[^\p{L}\p{N}]$/u.test(found) ? `the sign ${found}` : quoted(found);
	return `${said} in column ${at - text.lastIndexOf('\n', at - 1)}`;
}

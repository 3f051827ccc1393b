import { type Failure, invalidInput } from '../api/failures';

/** Where the sample request body is, and where it belongs. */
export const whereSampleIs =
	"Copy the sample request body of Run Task from 'API Instructions' of your API in InstaSD into 'Sample Request Body' of the credential.";

/** A word, perhaps a path, or what a program spreads. */
const name = /^(?:\.\.\.|\*\*)?[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*/u;
/** What Postman, n8n and others fill in. */
const place = /^\{\{\s*\$?[\w.-]+\s*\}\}/;

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

/**
 * The word or sign at a position of a text, for an error.
 * @param isValue whether a value belongs there
 */
export function whatIsAt(text: string, at: number, isValue = false): string {
	const rest = text.slice(at, at + 40);
	const [filledIn] = place.exec(rest) ?? [];
	if (filledIn !== undefined) return `${filledIn} is a variable of Postman or n8n`;
	const [word = ''] = name.exec(rest) ?? [];
	if (word !== '' && (isValue || /^[.*]/.test(word))) {
		return `'${word}' is a ${text[at + word.length] === '(' ? 'call' : 'variable'}`;
	}
	const [number] = /^\d[\w.+-]+/.exec(rest) ?? [];
	const sign = `the sign ${String.fromCodePoint(text.codePointAt(at) ?? 0)}`;
	const said = word === '' ? (number ?? sign) : `'${word}'`;
	return `${said} in column ${at - text.lastIndexOf('\n', at - 1)}`;
}

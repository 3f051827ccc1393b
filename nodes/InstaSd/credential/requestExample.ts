import { jsonParse } from 'n8n-workflow';
import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { type ApiInput, inferType, inputTypes } from '../inputs/inputTypes';
import { jsonObject } from '../inputs/jsonBody';
import { quoted } from '../inputs/wording';
import { type Curl, readCurl } from './curl';
import { type Found, objectsInText } from './objectsInText';
import { jsonKind, textKind } from './pasteKinds';
import { bodyOf, collectionIn } from './postman';

/** The sample request of an API, read from whatever was pasted. */
export interface RequestExample {
	inputs: ApiInput[];
	/** Whether it was no JSON, and n8n has made it some. */
	isRepaired: boolean;
}

const body = z.object({ inputs: jsonObject });
const listOfInputs = z.object({ inputs: z.array(z.unknown()) });
/** The part inside `inputs` alone. */
const describedInputs = jsonObject.refine((all) =>
	Object.values(all).every((described) => {
		const entry = jsonObject.safeParse(described).data ?? {};
		return Object.hasOwn(entry, 'title') || Object.hasOwn(entry, 'value');
	}),
);

const whereToFind =
	"Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential.";

/**
 * Finds the sample request in a text: `{ "inputs": { id: { title, value } } }`, as the contract has it, only the part
 * inside `inputs`, or bare values in it; as JSON or nearly so; in a curl command, a Postman collection, a program, or with
 * other text around it. Each input may carry a `type` or `options`.
 * @param subject what errors call the text
 * @throws Failure INVALID_INPUT that says what the text is instead; it repeats nothing of it but names of inputs
 */
export function readRequestExample(
	text: string,
	subject = 'request example in the credential',
): RequestExample {
	const source = text.trim();
	const json = parsedJson(source);
	const curl = json === undefined ? readCurl(source) : undefined;
	const unread = new Set<Unread>();
	let isJson = json !== undefined;
	for (const found of foundIn(source, json, curl)) {
		if (found.kind !== 'object') {
			if (found.isBody) throw notReadable(subject, found.kind);
			unread.add(found.kind);
			continue;
		}
		const { value } = found;
		const collection = collectionIn(value);
		if (collection !== undefined) {
			return readRequestExample(bodyOf(collection), 'sample body in the Postman collection');
		}
		const thing = jsonKind(value);
		if (thing !== undefined) throw isOther(subject, thing);
		if (listOfInputs.safeParse(value).success) throw hasListOfInputs(subject);
		isJson ||= value !== undefined;
		const inputs = Object.entries(inputsIn(value));
		if (inputs.length === 0) continue;
		return {
			inputs: inputs.map(([id, described]) => readInput(id, described, subject)),
			isRepaired: found.isRepaired,
		};
	}
	const [first] = unread;
	if (first !== undefined) throw notReadable(subject, first);
	if (curl !== undefined) throw isOther(subject, bodylessCurl(curl));
	const thing = json === undefined ? textKind(source) : undefined;
	if (isJson && thing === undefined) throw hasNoInputs(subject);
	throw isOther(subject, thing ?? 'text without a request body in it');
}

/** The whole text, the bodies of a curl command, then whatever stands in the text. */
function* foundIn(source: string, json: unknown, curl: Curl | undefined): Generator<Found, void> {
	if (json !== undefined) yield { kind: 'object', value: json, isRepaired: false };
	if (typeof json === 'string') {
		yield { kind: 'object', value: parsedJson(json), isRepaired: false };
		yield* objectsInText(json);
	}
	for (const sent of curl?.bodies ?? []) yield* objectsInText(sent);
	yield* objectsInText(source);
}

function parsedJson(text: string): unknown {
	return jsonParse<unknown>(text, { fallbackValue: () => undefined });
}

function inputsIn(value: unknown): Record<string, unknown> {
	const whole = body.safeParse(value);
	if (whole.success) return whole.data.inputs;
	return describedInputs.safeParse(value).data ?? {};
}

function isOther(subject: string, thing: string) {
	return invalidInput(`The ${subject} is ${thing}, not a request to Run Task`, whereToFind);
}

function bodylessCurl({ bodies }: Curl): string {
	return bodies.some((sent) => sent.startsWith('@'))
		? 'a curl command that takes the body from a file'
		: 'a curl command without a request body';
}

function hasNoInputs(subject: string) {
	return invalidInput(
		`The ${subject} has no inputs: it must look like { "inputs": { "<id>": { "title": …, "value": … } } }`,
		whereToFind,
	);
}

function hasListOfInputs(subject: string) {
	return invalidInput(
		`The ${subject} has a list as its 'inputs', where each input must stand under its id: { "inputs": { "<id>": { "title": …, "value": … } } }`,
		whereToFind,
	);
}

type Unread = Exclude<Found['kind'], 'object'>;

const unreadWords: Record<Unread, string> = {
	unclosed: 'is cut off: its brackets do not close',
	shortened: 'is shortened: it has dots (...) in place of a part',
	tooLong: 'is too long to be read unless it is exact JSON',
};

function notReadable(subject: string, kind: Unread) {
	return invalidInput(`The ${subject} ${unreadWords[kind]}`, `${whereToFind} Copy all of it.`);
}

const value = z.union([z.string(), z.number(), z.boolean()]);
const entry = z.object({
	title: z.string().optional(),
	value: value.nullish(),
	type: z.enum(inputTypes).optional(),
	options: z.array(value).nonempty().optional(),
});
const part = entry.keyof();

/** What each part of an entry may be, in words. */
const rules: Record<z.infer<typeof part>, string> = {
	title: 'must be text',
	value: 'must be text, a number, true or false',
	type: `must be one of ${inputTypes.join(', ')}`,
	options: 'must be a list of values',
};

/**
 * An input as the sample request describes it: `{ title, value }`, perhaps with a `type` or `options`, or its value alone.
 * @param subject what errors call the sample request
 * @throws Failure INVALID_INPUT that names the part which is wrong
 */
export function readInput(id: string, described: unknown, subject: string): ApiInput {
	const alone = value.safeParse(described);
	const parsed = entry.safeParse(alone.success ? { value: alone.data } : described);
	if (parsed.success && parsed.data.type === 'options' && parsed.data.options === undefined) {
		throw invalidInput(
			`Input ${quoted(id)} in the ${subject} has the type "options", but no list of them`,
			'Add "options": [ … ] with the values that the input takes.',
		);
	}
	if (!parsed.success) {
		const wrong = part.safeParse(parsed.error.issues[0]?.path[0]).data;
		throw invalidInput(
			`Input ${quoted(id)} in the ${subject} is not understood${wrong === undefined ? '' : ` ('${wrong}' ${rules[wrong]})`}`,
			`Each input must look like { "title": "Prompt", "value": "a cat" }, and may have a "type" (${inputTypes.join(', ')}) or "options" (a list of values).`,
		);
	}
	const { title = id, value: sample = undefined, type, options = [] } = parsed.data;
	return {
		id,
		title,
		type: type ?? (options.length > 0 ? 'options' : inferType(title, sample)),
		sample: sample ?? undefined,
		options,
	};
}

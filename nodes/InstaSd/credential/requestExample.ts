import { type Failure, invalidInput } from '../api/failures';
import type { ApiInput } from '../inputs/inputTypes';
import { type Command, commandsIn } from './curl';
import { readInput } from './describedInput';
import { newBudget, type Unread } from './literals';
import { doubtAbout, literalsInText, parsedJson, parsedPaste } from './literalsInText';
import { isObject, type Json, jsonKind, languageOf, objectIn, textKind } from './pasteKinds';
import { bodyOf, collectionIn } from './postman';
import { incomplete } from './quotedText';

/** The sample request of an API, read from whatever was pasted. */
export interface RequestExample {
	inputs: ApiInput[];
}

const whereToFind =
	"Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential.";

/**
 * Reads the sample request in a text: `{ "inputs": { id: { title, value } } }`, as the contract has it, only the part
 * inside `inputs`, or bare values in it; as JSON or nearly so, in a curl command, a Postman collection or a program, with
 * other text around it. Each input may carry a `type` or `options`. Nothing is repaired or guessed.
 * @param subject what errors call the text
 * @throws Failure INVALID_INPUT that says what cannot be read, or what the text is instead; of the text it repeats only
 * names of inputs and variables
 */
export function readRequestExample(
	text: string,
	subject = 'request example in the credential',
): RequestExample {
	const json = parsedPaste(text);
	if (typeof json === 'string') return readRequestExample(json, subject);
	return new Search(subject, text, json).result();
}

interface FoundRequest {
	/** By their ids, as they are described. */
	inputs: Json;
	/** Whether it is JSON as it stands. */
	isExact: boolean;
}

/** More than any form can show, and still read in less than 0.1 s. */
const mostInputs = 10_000;
/** Deeper than a request lies in anything. */
const deepest = 50;

/** The search for requests in a paste. All of it is looked at: with two requests in it, one would have to be guessed. */
class Search {
	private readonly budget = newBudget();

	private readonly requests: FoundRequest[] = [];

	private other: Failure | undefined;

	private commands: Command[] = [];

	private collection: Json | undefined;

	private unread: { why: string; line: number; isBody: boolean } | undefined;

	/** What stands around the first request. */
	private around = '';

	/** Whether there is a word in the paste that every request has. */
	private readonly hasParts: boolean;

	/** @param json what the text says; undefined where it is no JSON */
	constructor(
		private readonly subject: string,
		private readonly text: string,
		private readonly json: unknown,
	) {
		this.hasParts = /\b(?:inputs|title|value)\b/.test(text);
		if (json === undefined) this.readText();
		else this.look(json, true);
	}

	/** Looks for requests in a value, and in the JSON of texts in it. */
	private look(value: unknown, isExact: boolean, depth = 0): void {
		const inner = typeof value === 'string' && /^\s*\{/.test(value) ? parsedJson(value) : value;
		if (!isObject(inner) || depth > deepest || this.budget.objects < 0) return;
		this.budget.objects -= 1;
		if (this.budget.objects < 0) this.note({ why: 'tooLong', at: 0 });
		this.collection ??= collectionIn(inner);
		if (this.collection !== undefined) return;
		const kind = Array.isArray(inner) ? undefined : jsonKind(inner);
		const inputs = Array.isArray(inner) ? {} : inputsIn(inner);
		if (kind !== undefined) this.other ??= isOther(this.subject, kind);
		else if (Array.isArray(inner.inputs)) this.other ??= hasNoInputs(this.subject);
		else if (Object.keys(inputs).length > 0) this.requests.push({ inputs, isExact });
		else for (const part of Object.values(inner)) this.look(part, isExact, depth + 1);
	}

	/** Looks for requests in a text that is not JSON: in its commands, and then in what else it has. */
	private readText(): void {
		this.commands = commandsIn(this.text, this.budget);
		const withBody = this.commands.filter(({ bodies }) => bodies.length > 0);
		for (const { text, at, doubt } of withBody.flatMap(({ bodies }) => bodies)) {
			const json = parsedJson(text);
			if (doubt !== undefined) this.note({ why: doubt, at, isBody: true });
			else if (json !== undefined) this.look(json, true);
			else this.readLiterals(text, at);
		}
		const ends = withBody.map(({ end }) => end);
		const pieces = [0, ...ends].map((start, index) => ({
			start,
			text: this.text.slice(start, withBody[index]?.start),
		}));
		this.around = pieces.map(({ text }) => text).join('');
		for (const { text, start } of pieces) this.readLiterals(text, start);
	}

	/** @param from where the text begins in the paste */
	private readLiterals(text: string, from: number): void {
		if (this.budget.tokens < 0) return this.note({ why: 'tooLong', at: from });
		for (const part of literalsInText(text, this.budget)) {
			if ('unread' in part) this.note({ ...part.unread, at: from + part.unread.at });
			else {
				const { value, start, end, isText } = part.found;
				const isFirst = this.requests.length === 0;
				this.look(value, isText);
				if (!isFirst || this.requests.length === 0) continue;
				this.around = this.around.replace(text.slice(start, end), '');
				const isShell = this.commands.some(
					(command) => command.start < from + start || command.start > from + end,
				);
				const doubt = doubtAbout(text, part.found, isShell);
				if (doubt !== undefined) this.note({ why: doubt, at: from + start, isBody: true });
			}
		}
	}

	/** @throws Failure INVALID_INPUT unless the paste has one request */
	result(): RequestExample {
		const { requests, unread, collection, subject } = this;
		const language = this.json === undefined ? languageOf(this.text, this.around) : undefined;
		if (language !== undefined) throw isProgram(subject, language);
		if (unread?.isBody) throw notReadable(subject, unread);
		const [first, ...more] = requests;
		if (first !== undefined) {
			if (more.some((other) => !this.isSame(first, other))) throw hasSeveral(subject);
			const entries = Object.entries(first.inputs);
			if (entries.length > mostInputs) throw notReadable(subject, { why: 'tooLong', line: 1 });
			return { inputs: entries.map(([id, entry]) => readInput(id, entry, first.isExact, subject)) };
		}
		if (collection !== undefined) {
			return readRequestExample(bodyOf(collection), 'sample body in the Postman collection');
		}
		if (this.other !== undefined) throw this.other;
		if (unread !== undefined) throw notReadable(subject, unread);
		if (this.commands.length > 0) throw isOther(subject, 'a command without a request body');
		const thing = textKind(this.text.trim());
		const hasObjects = this.json !== undefined || this.budget.objects < newBudget().objects;
		if (hasObjects && thing === undefined) throw hasNoInputs(subject);
		throw isOther(subject, thing ?? 'text without a request body in it');
	}

	/** Whether two requests are one. JSON may hold several items of this node's output, where the values differ. */
	private isSame(...requests: [FoundRequest, FoundRequest]): boolean {
		const [one, other] = requests.map(({ inputs }) => {
			const titles = Object.entries(inputs).map(([id, entry]) => [id, objectIn(entry).title]);
			return JSON.stringify(this.json === undefined ? inputs : titles);
		});
		return one === other;
	}

	/** Keeps why the paste cannot be read: the first part of a request, or else the first that may be one. */
	private note({
		why,
		at,
		isBody = why === 'tooLong',
	}: Omit<Unread, 'isBody'> & Partial<Unread>): void {
		const isInput = this.hasParts || why in incomplete;
		if (isBody ? this.unread?.isBody : this.unread !== undefined || !isInput) return;
		this.unread = { why, line: this.text.slice(0, at).split('\n').length, isBody };
	}
}

/** The inputs of a request, or the part inside `inputs` alone; none where it is neither. */
function inputsIn(value: unknown): Json {
	const json = objectIn(value);
	if (typeof json.inputs === 'object') return objectIn(json.inputs);
	const isPart = Object.values(json).every((entry) => {
		const { title, value: sample } = objectIn(entry);
		return title !== undefined || sample !== undefined;
	});
	return isPart ? json : {};
}

function isOther(subject: string, thing: string) {
	return invalidInput(`The ${subject} is ${thing}, not a request to Run Task`, whereToFind);
}

function isProgram(subject: string, language: string) {
	return invalidInput(
		`The ${subject} looks like ${language}`,
		`Copy the request body alone, without the code around it. ${whereToFind}`,
	);
}

function hasNoInputs(subject: string) {
	return invalidInput(
		`The ${subject} has no inputs: it must look like { "inputs": { "<id>": { "title": …, "value": … } } }`,
		whereToFind,
	);
}

function hasSeveral(subject: string) {
	return invalidInput(
		`The ${subject} has several requests, which differ`,
		`Keep one of them. ${whereToFind}`,
	);
}

function notReadable(subject: string, { why, line }: { why: string; line: number }) {
	const known = incomplete[why];
	if (known !== undefined) {
		return invalidInput(`The ${subject} ${known}`, `${whereToFind} Copy all of it.`);
	}
	const [what = why, advice = 'copy the request body alone'] = why.split(/: (?=[a-z])/);
	return invalidInput(
		`Line ${line} of the ${subject} cannot be read: ${what}`,
		`${advice.charAt(0).toUpperCase()}${advice.slice(1)}. ${whereToFind}`,
	);
}

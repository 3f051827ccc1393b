import { distance } from 'fastest-levenshtein';

import { type Failure, invalidInput } from '../api/failures';
import { labelledInputs, needsValue, startsEmpty, truncate } from './form';
import {
	type ApiInput,
	type InputType,
	isPrompt,
	isPromptTitle,
	isSentence,
	type KnownInput,
	type Role,
	roles,
	shortTitle,
} from './inputTypes';
import { quoted } from './wording';

/** What is known of an API's inputs and the keys that mean them. */
interface Keys {
	all: KnownInput[];
	byId: ByKey;
	byTitle: ByKey;
	byShortTitle: ByKey;
	/** By label, and by number where titles repeat. */
	byLabel: ByKey;
	byRole: ByKey;
	/** What a misspelled key may have been meant to be. */
	spellings: Array<{ key: string; comparable: string }>;
	list: string;
}
type ByKey = ReadonlyMap<string, KnownInput[]>;

/** Computed once per API: all items of a run share it. */
const cache = new WeakMap<readonly ApiInput[], Keys>();

/**
 * Finds the inputs that a key can mean: the one with that id; otherwise those with that title, or with that title as the
 * form shows it, and those with that label or number; otherwise those in that role.
 */
export function findInputs(inputs: readonly ApiInput[], key: string): KnownInput[] {
	const { byId, byTitle, byShortTitle, byLabel, byRole } = keysOf(inputs);
	const withId = byId.get(key);
	if (withId !== undefined) return withId;
	const name = key.trim();
	// A column without a name, beside an input without a title.
	if (name === '') return [];
	const titled = byTitle.get(name) ?? byShortTitle.get(name) ?? [];
	const named = [...new Set([...titled, ...(byLabel.get(name) ?? [])])];
	return named.length > 0 ? named : (byRole.get(name.toLowerCase()) ?? []);
}

/** The inputs with their names and roles. */
export function knownInputs(inputs: readonly ApiInput[]): readonly KnownInput[] {
	return keysOf(inputs).all;
}

/**
 * Lists the inputs with role, title, type and sample, a line each: enough for a reader, who may be a model, to call them
 * right at the next attempt.
 */
export function inputList(inputs: readonly ApiInput[]): string {
	return keysOf(inputs).list;
}

/** The error for a key that means no input, with the nearest one that does. */
export function unknownInput(
	inputs: readonly ApiInput[],
	key: string,
	advice = 'If the API has changed, paste its new example into the credential.',
): Failure {
	const { spellings, list } = keysOf(inputs);
	const nearest = nearestTo(comparable(key), spellings);
	return invalidInput(
		`The API has no input '${key.slice(0, 80)}'${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`,
		`Nothing was sent. ${advice}\n\n${list}`,
	);
}

function keysOf(inputs: readonly ApiInput[]): Keys {
	const found = cache.get(inputs);
	if (found !== undefined) return found;
	const inRole = roles.map((role) => ({ role, meant: inputsInRole(inputs, role) }));
	const labelled = labelledInputs(inputs).map(
		({ input, name, suffix, numbered = name, label }): Labelled => ({
			input,
			known: {
				...input,
				name: suffix === '' ? `'${truncate(name, 80)}'` : `'${name}' (${input.id})`,
				role: inRole.find(({ meant }) => meant.length === 1 && meant[0] === input)?.role,
			},
			names: suffix === '' ? [name] : [name, numbered],
			label,
		}),
	);
	const all = labelled.map(({ known }) => known);
	const spellings = [
		...labelled.flatMap(({ names }) => names),
		...all.flatMap(({ role, id }) => (role === undefined ? [id] : [role, id])),
	];
	const keys: Keys = {
		all,
		byId: grouped(labelled, ({ input }) => [input.id]),
		byTitle: grouped(labelled, ({ input }) => [input.title.trim()]),
		byShortTitle: grouped(labelled, ({ input }) => [shortTitle(input.title)]),
		byLabel: grouped(labelled, ({ names, label }) => [label, ...(names.length > 1 ? names : [])]),
		byRole: grouped(labelled, ({ input }) =>
			inRole.flatMap(({ role, meant }) => (meant.includes(input) ? [role] : [])),
		),
		spellings: spellings.map((key) => ({ key, comparable: comparable(key) })),
		list: listOf(all),
	};
	cache.set(inputs, keys);
	return keys;
}

interface Labelled {
	input: ApiInput;
	known: KnownInput;
	/** Its name in the form; a second one if that has a part of the id. */
	names: string[];
	label: string;
}

function grouped(all: readonly Labelled[], keysOfOne: (one: Labelled) => string[]): ByKey {
	const groups = new Map<string, KnownInput[]>();
	for (const one of all) {
		for (const key of keysOfOne(one)) {
			const group = groups.get(key);
			if (group === undefined) groups.set(key, [one.known]);
			else group.push(one.known);
		}
	}
	return groups;
}

/** The spelling with the smallest edit distance; undefined if that exceeds half its length. */
function nearestTo(wanted: string, spellings: Keys['spellings']): string | undefined {
	let nearest: { key: string; edits: number } | undefined;
	for (const { key, comparable: spelling } of spellings) {
		const edits = distance(wanted, spelling);
		const isNear = edits <= Math.max(wanted.length, spelling.length) / 2;
		if (isNear && (nearest === undefined || edits < nearest.edits)) nearest = { key, edits };
	}
	return nearest?.key;
}

function comparable(key: string): string {
	return key.trim().slice(0, 60).toLowerCase();
}

/** The most inputs that a list names. */
const listedAtMost = 20;

function listOf(all: readonly KnownInput[]): string {
	const lines = all.slice(0, listedAtMost).map((input) => {
		const { role, name, sample = '', type } = input;
		const called = role === undefined ? name : `${role} (${name})`;
		const required = startsEmpty(input) ? ', required' : '';
		const saysNothing = sample === '' || type === 'seed' || needsValue(input);
		const such = saysNothing ? '' : `, such as ${truncate(quoted(sample), 40)}`;
		return `- ${called}: ${typeInWords(input)}${required}${such}`;
	});
	const more = all.length - lines.length;
	return ["The API's inputs:", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

const typeWords: Record<Exclude<InputType, 'options'>, string> = {
	text: 'text',
	number: 'number',
	integer: 'whole number',
	boolean: 'true or false',
	seed: "'random' or a whole number",
	image: 'URL or file',
	video: 'URL',
	file: 'URL or file',
};

function typeInWords({ type, options }: KnownInput): string {
	return type === 'options' ? `one of ${options.map(quoted).join(', ')}` : typeWords[type];
}

const types: Record<Role, InputType> = {
	prompt: 'text',
	image: 'image',
	video: 'video',
	seed: 'seed',
};

/** What InstaSD's text nodes are called if nobody gave them another title. */
const untitledText = /^InstaSD API Input - (String|Multi Line Text)$/;

/**
 * The inputs that a role can mean; it is clear if it is just one. An input that is itself called like the role is meant
 * before all others; if its type is another one, the role means nothing.
 */
function inputsInRole(inputs: readonly ApiInput[], role: Role): ApiInput[] {
	const isOfType = ({ type }: ApiInput) => type === types[role];
	const namesakes = inputs.filter(({ id, title }) =>
		[id, title.trim(), shortTitle(title)].some((name) => name.toLowerCase() === role),
	);
	if (namesakes.length > 0) return namesakes.every(isOfType) ? namesakes : [];
	const fitting = inputs.filter(isOfType);
	return role === 'prompt' ? promptsAmong(fitting) : fitting;
}

/** Those that the form asks for; else those with such a title; else those with a whole sentence and no title at all. */
function promptsAmong(texts: ApiInput[]): ApiInput[] {
	const kinds = [
		isPrompt,
		({ title }: ApiInput) => isPromptTitle(title),
		(input: ApiInput) => untitledText.test(input.title.trim()) && isSentence(input),
	];
	return kinds.map((isOfKind) => texts.filter(isOfKind)).find(({ length }) => length > 0) ?? [];
}

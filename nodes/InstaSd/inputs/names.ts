import { distance } from 'fastest-levenshtein';

import { type Failure, wrongInput } from '../api/failures';
import { needsValue, startsEmpty } from './acceptValue';
import { type ApiInput, inputKinds, type KnownInput, roles, shortTitle } from './inputTypes';
import { inputsInRole } from './roles';
import { quoted, truncate } from './wording';

/** The inputs of an API, and the keys that mean them. */
interface Names {
	all: readonly KnownInput[];
	/** By id; by title, name or label; by the title without its prefix; by role. The first that has a key decides. */
	byKey: ReadonlyArray<ReadonlyMap<string, KnownInput[]>>;
	/** By all these but ids, in lower case. */
	inAnyCase: ReadonlyMap<string, KnownInput[]>;
}

/** Computed once per API: all items of a run share it. */
const cache = new WeakMap<readonly ApiInput[], Names>();

function namesOf(inputs: readonly ApiInput[]): Names {
	const found = cache.get(inputs);
	if (found !== undefined) return found;
	const inRole = roles.map((role) => ({ role, meant: inputsInRole(inputs, role) }));
	const all = nameInputs(inputs).map((named): KnownInput => {
		const { input, numbered, title, suffix } = named;
		const fieldName = `${title}${suffix}`;
		return {
			...input,
			fieldName,
			label: labelOf(named),
			keys: [input.title.trim(), numbered, fieldName, labelOf(named)],
			name: suffix === '' ? `'${truncate(fieldName, 80)}'` : `'${fieldName}' (${input.id})`,
			role: inRole.find(({ meant }) => meant.length === 1 && meant[0] === input)?.role,
		};
	});
	const byRole = inRole.map(({ role, meant }) => {
		const isMeant = new Set(meant.map(({ id }) => id));
		return [role, all.filter(({ id }) => isMeant.has(id))] as const;
	});
	const names = {
		all,
		byKey: [
			grouped(all, ({ id }) => [id]),
			grouped(all, ({ keys }) => keys),
			grouped(all, ({ title }) => [shortTitle(title)]),
			new Map(byRole.filter(([, { length }]) => length > 0)),
		],
		inAnyCase: grouped(all, ({ keys, title }) =>
			[...keys, shortTitle(title)].map((name) => name.toLowerCase()),
		),
	};
	cache.set(inputs, names);
	return names;
}

function grouped<T>(all: readonly T[], keysOf: (one: T) => string[]): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const one of all) {
		for (const key of new Set(keysOf(one))) {
			const group = groups.get(key);
			if (group === undefined) groups.set(key, [one]);
			else group.push(one);
		}
	}
	return groups;
}

/** The inputs, in order, with what the form and errors call them. */
export function knownInputs(inputs: readonly ApiInput[]): readonly KnownInput[] {
	return namesOf(inputs).all;
}

/**
 * The inputs that a key can mean: by a name in another case only if it is nobody's as it stands. The key of a role that
 * means nothing here stays so: `image` is not the text with the title *Image*.
 */
export function findInputs(inputs: readonly ApiInput[], key: string): KnownInput[] {
	const exact = findExactly(inputs, key);
	const name = key.trim().toLowerCase();
	const isReserved = name === '' || roles.some((role) => role === name);
	return exact.length > 0 || isReserved ? exact : (namesOf(inputs).inAnyCase.get(name) ?? []);
}

/** The inputs that a key means as it stands; a role, in any case. */
export function findExactly(inputs: readonly ApiInput[], key: string): KnownInput[] {
	const [byId, byName, byShortTitle, byRole] = namesOf(inputs).byKey;
	const name = key.trim();
	return (
		byId?.get(key) ??
		// A column without a name, beside an input without a title.
		(name === '' ? [] : undefined) ??
		byName?.get(name) ??
		byShortTitle?.get(name) ??
		byRole?.get(name.toLowerCase()) ??
		[]
	);
}

/** The error for a key that means no input, with the nearest one that does. */
export function unknownInput(
	inputs: readonly ApiInput[],
	key: string,
	advice = 'If the API has changed, paste its new sample request body into the credential.',
): Failure {
	const comparable = (text: string) => text.trim().slice(0, 60).toLowerCase();
	const wanted = comparable(key);
	const [nearest] = knownInputs(inputs)
		.flatMap(({ fieldName, id, role }) => [fieldName, ...(role === undefined ? [] : [role]), id])
		.map((name) => ({ name, edits: distance(wanted, comparable(name)) }))
		.filter(({ name, edits }) => edits <= Math.max(wanted.length, comparable(name).length) / 2)
		.sort((one, other) => one.edits - other.edits);
	return wrongInput(
		`The API has no input '${key.slice(0, 80)}'${nearest === undefined ? '' : `; did you mean '${nearest.name}'?`}`,
		[advice],
		inputList(inputs),
	);
}

/** The most inputs that a list names. */
const listedAtMost = 20;

/**
 * Lists the inputs with role, title, type and sample, a line each: enough for a reader, who may be a model, to call them
 * right at the next attempt.
 */
export function inputList(inputs: readonly ApiInput[]): string {
	const lines = knownInputs(inputs)
		.slice(0, listedAtMost)
		.map((input) => {
			const { role, name, sample = '', type, options } = input;
			const called = role === undefined ? name : `${role} (${name})`;
			const choices = options.length === 0 ? '' : ` ${options.map(quoted).join(', ')}`;
			const takes = `${inputKinds[type].takes}${type === 'options' ? choices : ''}`;
			const required = startsEmpty(input) ? ', required' : '';
			const saysNothing = sample === '' || type === 'seed' || needsValue(input);
			const such = saysNothing ? '' : `, such as ${truncate(quoted(sample), 40)}`;
			return `- ${called}: ${takes}${required}${such}`;
		});
	const more = inputs.length - lines.length;
	return ["The API's inputs:", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

/** An input's title as the form shows it, and what distinguishes it from inputs with the same one. */
interface Named {
	input: ApiInput;
	/** In the example, from 1. */
	place: number;
	title: string;
	/** Title and number alone. */
	numbered: string;
	/** ` 1`, ` 2`, …; empty if the title is unique. */
	suffix: string;
}

/** Maximum title length that leaves room for a suffix in the 63 characters that n8n keeps of an AI key. */
const maxTitleLength = 40;

/**
 * Repeated titles are numbered in the order of the example, so that an input keeps its number when inputs are added at
 * the end. Titles count as repeated if n8n gives them, or their labels, the same key for AI agents.
 */
function nameInputs(inputs: readonly ApiInput[]): Named[] {
	const all = inputs.map((input, index): Named => {
		const { id, title } = input;
		const shown = withoutEquals(shortTitle(title)) || withoutEquals(id) || 'Input';
		return { input, place: index + 1, title: shown, numbered: shown, suffix: '' };
	});
	for (const same of grouped(all, ({ title }) => [aiKey(title)]).values()) {
		if (same.length === 1) continue;
		for (const [index, named] of same.entries()) {
			named.suffix = ` ${index + 1}`;
			named.numbered += named.suffix;
		}
	}
	for (let round = 1; ; round++) {
		const repeated = [
			...grouped(all, ({ title, suffix }) => [aiKey(`${title}${suffix}`)]).values(),
			...grouped(all, (named) => [aiKey(labelOf(named))]).values(),
		].filter(({ length }) => length > 1);
		if (repeated.length === 0) return all;
		for (const named of new Set(repeated.flat())) {
			named.title = truncate(named.title, maxTitleLength);
			if (round > 1) named.suffix += ` [#${named.place}]`;
		}
	}
}

/** The key of a field in the tool that n8n offers an AI agent. */
export function aiKey(text: string): string {
	const key = text.replace(/[^a-zA-Z0-9-]/g, '_');
	return key.length >= 64 ? key.slice(0, 63) : key;
}

/** n8n would evaluate a label that starts with "=" as an expression. */
function withoutEquals(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** Number of characters of a label that the panel shows at its default width; the rest is cut off. */
const visibleLength = 30;

/**
 * The label of a field. Its name and whether it is required are always visible; a title is shortened only if its number
 * would be cut off.
 */
function labelOf({ input, title, suffix }: Named): string {
	const isRequired = startsEmpty(input);
	const notes = (inputKinds[input.type].notes ?? []).map((hint) =>
		isRequired ? `required: ${hint}` : hint,
	);
	const fitting = [...notes, ...(isRequired ? ['required'] : [])]
		.map((note) => `${title}${suffix} (${note})`)
		.find(({ length }) => length <= visibleLength);
	if (fitting !== undefined) return fitting;
	const start = isRequired ? 'Required: ' : '';
	const room = Math.max(8, visibleLength - start.length - suffix.length - 1);
	return `${start}${suffix === '' ? title : truncate(title, room)}${suffix}`;
}

import { type Failure, wrongInput } from '../api/failures';
import { needsValue } from './acceptValue';
import { acceptedBy, type ApiInput, inputKinds, type KnownInput, roles } from './inputTypes';
import { inputsInRole, promptsToGive, shortTitle } from './roles';
import { quoted, truncate } from './wording';

type Groups = ReadonlyMap<string, readonly KnownInput[]>;

/** The inputs of an API, and the keys that mean them. */
interface Names {
	all: readonly KnownInput[];
	/** By id; else by title, and by all that a form or tool calls it; else by short title. */
	byKey: Groups;
	byRole: Groups;
	/** By name or short title, in lower case. */
	inAnyCase: Groups;
}

/** Computed once per API: all items of a run share it. */
const cache = new WeakMap<readonly ApiInput[], Names>();

function namesOf(inputs: readonly ApiInput[]): Names {
	const found = cache.get(inputs);
	if (found !== undefined) return found;
	const all = nameInputs(inputs);
	const byRole = new Map<string, KnownInput[]>();
	for (const role of roles) {
		const meant = inputsInRole(all, role);
		const [only] = meant;
		byRole.set(role, meant);
		if (only !== undefined && meant.length === 1) only.role = role;
	}
	const names = {
		all,
		byKey: new Map([
			...grouped(all, (input) => [shortNameOf(input)]),
			...grouped(all, ({ keys }) => keys),
			...grouped(all, ({ id }) => [id]),
		]),
		byRole,
		inAnyCase: grouped(all, (input) =>
			[...input.keys, shortNameOf(input)].map((key) => key.toLowerCase()),
		),
	};
	cache.set(inputs, names);
	return names;
}

/** A column without a name does not mean an input without a title, so that one is called by its id. */
const shortNameOf = ({ id, title }: ApiInput) => shortTitle(title) || id;

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
 * The inputs that a key can mean, and whether it does so as it stands: a name in another case counts only if it is nobody's
 * as it stands. A role may have any case; one that means nothing here stays so: `image` is not the text with the title *Image*.
 */
export function meaningOf(
	inputs: readonly ApiInput[],
	key: string,
): { meant: readonly KnownInput[]; isExact: boolean } {
	const { byKey, byRole, inAnyCase } = namesOf(inputs);
	const name = key.trim();
	const lower = name.toLowerCase();
	const exact = byKey.get(key) ?? byKey.get(name) ?? byRole.get(lower);
	return { meant: exact ?? inAnyCase.get(lower) ?? [], isExact: exact !== undefined };
}

/** The error for a key that means no input, with those that the API has. */
export function unknownInput(
	inputs: readonly ApiInput[],
	key: string,
	advice = 'If the API has changed, paste its new sample request body into the credential.',
): Failure {
	return wrongInput(`The API has no input '${key.slice(0, 80)}'`, [advice], inputList(inputs));
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
			const { role, name, sample = '', type } = input;
			const called = role === undefined ? name : `${role} (${name})`;
			const required = input.isRequired ? ', required' : '';
			const saysNothing = sample === '' || type === 'seed' || needsValue(input);
			const such = saysNothing ? '' : `, such as ${truncate(quoted(sample), 40)}`;
			return `- ${called}: ${acceptedBy(input)}${required}${such}`;
		});
	const more = inputs.length - lines.length;
	return ["The API's inputs:", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

/** An input's title as the form shows it, and what distinguishes it from inputs with the same one. */
interface Named {
	input: ApiInput;
	isRequired: boolean;
	title: string;
	/** ` 1`, ` 2`, …; empty if no other title gives the same AI key. */
	suffix: string;
	/** Whether the form shows the suffix, too. */
	isNumbered: boolean;
}

/** Maximum title length that leaves room for a suffix in the 63 characters that n8n keeps of an AI key. */
const maxTitleLength = 40;

const toolNameOf = ({ title, suffix }: Named) =>
	suffix === '' ? title : truncate(title, maxTitleLength) + suffix;
const fieldNameOf = (named: Named) => (named.isNumbered ? toolNameOf(named) : named.title);

/**
 * Repeated titles are numbered in the order of the example, so that an input keeps its number when inputs are added at
 * the end. For a tool, titles count as repeated if n8n gives them the same key: of 宽度 and 高度 it keeps `__`.
 */
function nameInputs(inputs: readonly ApiInput[]): KnownInput[] {
	const toGive = new Set(promptsToGive(inputs));
	const all = inputs.map((input): Named => {
		const { id, title } = input;
		const shown = withoutEquals(shortTitle(title)) || withoutEquals(id) || 'Input';
		const isRequired = needsValue(input) || toGive.has(input);
		return { input, isRequired, title: shown, suffix: '', isNumbered: false };
	});
	for (const same of repeated(all, ({ title }) => aiKey(title))) {
		for (const [index, named] of same.entries()) named.suffix = ` ${index + 1}`;
	}
	for (const named of repeated(all, ({ title }) => title).flat()) named.isNumbered = true;
	/** Their names so far stay keys. */
	const numbered = all.map(({ title, suffix }) => `${title}${suffix}`);
	for (let unclear = unclearOf(all); unclear.size > 0; unclear = unclearOf(all)) {
		for (const [index, named] of all.entries()) {
			if (!unclear.has(named)) continue;
			named.suffix += ` [#${index + 1}]`;
			named.isNumbered = true;
		}
	}
	return all.map((named, index) => knownInput(named, numbered[index] ?? ''));
}

function unclearOf(all: readonly Named[]): Set<Named> {
	const keys = [(named: Named) => aiKey(toolNameOf(named)), fieldNameOf, labelOf];
	return new Set(keys.flatMap((keyOf) => repeated(all, keyOf).flat()));
}

function knownInput(named: Named, numbered: string): KnownInput {
	const { input, isNumbered, isRequired } = named;
	const { id, title } = input;
	const fieldName = fieldNameOf(named);
	const toolName = toolNameOf(named);
	const label = labelOf(named);
	return {
		...{ ...input, isRequired, fieldName, toolName, label, role: undefined },
		keys: [title.trim() || id, numbered, toolName, fieldName, label],
		name: isNumbered ? `'${fieldName}' (${id})` : `'${truncate(fieldName, 80)}'`,
	};
}

/** The groups of inputs that have something in common. */
function repeated(all: readonly Named[], keyOf: (named: Named) => string): Named[][] {
	return [...grouped(all, (named) => [keyOf(named)]).values()].filter(({ length }) => length > 1);
}

/** The key of a field in the tool that n8n offers an AI agent. */
export function aiKey(text: string): string {
	return text.slice(0, 63).replace(/[^a-zA-Z0-9-]/g, '_');
}

/** n8n would evaluate a label that starts with "=" as an expression. */
function withoutEquals(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** What the panel shows of a label at its default width, in characters and by {@link widthOf}; the rest is cut off. */
const visibleLength = 30;
const visibleWidth = 23.8;

/** The width of a text in the panel's font, as measured in n8n 2.41, in letters of the usual width. */
function widthOf(text: string): number {
	const widths = [...text].map((letter) => {
		if (/[ '().,:1Ifijlrt]/.test(letter)) return 0.55;
		if (/[MWmw]/.test(letter)) return 1.5;
		return letter < '\u2e80' ? 1 : 1.7;
	});
	return widths.reduce((sum, width) => sum + width, 0);
}

/**
 * The label of a field. Its name and whether it is required are always visible; a title is shortened only if its number
 * would be cut off.
 */
function labelOf(named: Named): string {
	const { input, isNumbered, isRequired, suffix, title } = named;
	const name = fieldNameOf(named);
	const { notes = [] } = inputKinds[input.type];
	const hints = isRequired ? [...notes.map((note) => `required: ${note}`), 'required'] : notes;
	const fitting = hints
		.map((hint) => `${name} (${hint})`)
		.find((label) => widthOf(label) <= visibleWidth);
	if (fitting !== undefined) return fitting;
	const start = isRequired ? 'Required: ' : '';
	const room = Math.max(8, visibleLength - start.length - suffix.length - 1);
	return `${start}${isNumbered ? `${truncate(title, room)}${suffix}` : title}`;
}

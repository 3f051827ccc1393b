import { type Failure, wrongInput } from '../api/failures';
import { needsValue } from './acceptValue';
import { acceptedBy, type ApiInput, type KnownInput, roles } from './inputTypes';
import { inputsInRole, normalised, promptsToGive, shortTitle } from './roles';
import { quoted, truncate } from './wording';

/** One text that means an input. */
interface Name {
	text: string;
	/** The place in {@link namesOf}'s order: what comes first is meant before all others. */
	rank: number;
	input: KnownInput;
}

/** The inputs of an API, and how they are called. */
interface Names {
	all: readonly KnownInput[];
	/** By normalised text, in the order of their ranks. */
	table: ReadonlyMap<string, readonly Name[]>;
	/** What a role means here; it may be nothing. */
	byRole: ReadonlyMap<string, readonly KnownInput[]>;
}

/** Computed once per API: all items of a run share it. */
const cache = new WeakMap<readonly ApiInput[], Names>();

/** An input is called by its id; else by its title and what the form or a tool shows; else by its title without a prefix. */
function namesOf(inputs: readonly ApiInput[]): Names {
	const found = cache.get(inputs);
	if (found !== undefined) return found;
	const all = nameInputs(inputs);
	const table = new Map<string, Name[]>();
	const ranks = [
		({ id }: KnownInput) => [id],
		// A column without a name does not mean an input without a title, so that one is called by its id.
		({ fieldName, id, label, title, toolName }: KnownInput) => [
			...[title.trim() || id, fieldName, toolName, label],
		],
		({ id, title }: KnownInput) => [shortTitle(title) || id],
	];
	for (const [rank, textsOf] of ranks.entries()) {
		for (const input of all) {
			for (const text of new Set(textsOf(input))) {
				const key = normalised(text);
				const names = table.get(key);
				if (names === undefined) table.set(key, [{ text, rank, input }]);
				else names.push({ text, rank, input });
			}
		}
	}
	const byRole = new Map<string, KnownInput[]>();
	for (const role of roles) {
		const meant = inputsInRole(all, role);
		const [only] = meant;
		byRole.set(role, meant);
		if (only !== undefined && meant.length === 1) only.role = role;
	}
	const names = { all, table, byRole };
	cache.set(inputs, names);
	return names;
}

/** The inputs, in order, with what the form and errors call them. */
export function knownInputs(inputs: readonly ApiInput[]): readonly KnownInput[] {
	return namesOf(inputs).all;
}

/**
 * The inputs that a key can mean, and whether it does so as it stands: a name in another spelling counts only if it is
 * nobody's as it stands. A role may have any case; one that means nothing here stays so: `image` is not the text with the
 * title *Image*.
 */
export function meaningOf(
	inputs: readonly ApiInput[],
	key: string,
): { meant: readonly KnownInput[]; isExact: boolean } {
	const { byRole, table } = namesOf(inputs);
	const trimmed = key.trim();
	const names = table.get(normalised(key)) ?? [];
	const best = names.find(({ text }) => text === key) ?? names.find(({ text }) => text === trimmed);
	if (best !== undefined) {
		const meant = names.filter(({ text, rank }) => text === best.text && rank === best.rank);
		return { meant: meant.map(({ input }) => input), isExact: true };
	}
	const inRole = byRole.get(trimmed.toLowerCase());
	if (inRole !== undefined) return { meant: inRole, isExact: true };
	// An id is nobody's in another case.
	const similar = names.filter(({ rank }) => rank > 0);
	return { meant: [...new Set(similar.map(({ input }) => input))], isExact: false };
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

/** What the panel shows of a label at its default width, in characters; the rest is cut off. */
const visibleLength = 30;

/**
 * Titles that the form would show alike are numbered in the order of the example, so that an input keeps its number when
 * inputs are added at the end. For a tool, so are those of which n8n makes one key: of 宽度 and 高度 it keeps `__`. Where that
 * gives a name which is taken, as by the title "Image 2", the place in the example follows.
 */
function nameInputs(inputs: readonly ApiInput[]): KnownInput[] {
	const toGive = new Set(promptsToGive(inputs));
	const titled = inputs.map((input) => {
		const { id, title } = input;
		const shown = withoutEquals(shortTitle(title)) || withoutEquals(id) || 'Input';
		return { input, title: shown, isRequired: needsValue(input) || toGive.has(input) };
	});
	const sameTitle = countsOf(titled.map(({ title }) => title));
	const sameKey = countsOf(titled.map(({ title }) => aiKey(title)));
	const counted = new Map<string, number>();
	const inForm = new Set<string>();
	const inTool = new Set<string>();
	return titled.map(({ input, title, isRequired }, index): KnownInput => {
		const key = aiKey(title);
		const number = (counted.get(key) ?? 0) + 1;
		counted.set(key, number);
		const suffix = sameKey.get(key) === 1 ? '' : ` ${number}`;
		let isNumbered = sameTitle.get(title) !== 1;
		let shown = whatIsShown(title, suffix, isNumbered, isRequired);
		const isTaken = ({ fieldName, label, toolName }: typeof shown) =>
			inForm.has(fieldName) || inForm.has(label) || inTool.has(aiKey(toolName));
		for (let place = index + 1; isTaken(shown); place += inputs.length) {
			isNumbered = true;
			shown = whatIsShown(title, `${suffix} [#${place}]`, isNumbered, isRequired);
		}
		const { fieldName, label, toolName } = shown;
		inForm.add(fieldName).add(label);
		inTool.add(aiKey(toolName));
		const name = isNumbered ? `'${fieldName}' (${input.id})` : `'${truncate(fieldName, 80)}'`;
		return { ...input, isRequired, fieldName, toolName, label, name, role: undefined };
	});
}

const ending = ' (required)';

/** What the form and a tool show of an input: the number of a title and whether it is required are never cut off. */
function whatIsShown(title: string, suffix: string, isNumbered: boolean, isRequired: boolean) {
	const room = visibleLength - suffix.length - (isRequired ? ending.length : 0);
	const numbered = suffix === '' ? title : `${shortened(title, Math.max(room, 8))}${suffix}`;
	const fieldName = isNumbered ? numbered : title;
	const isShort = fieldName.length + ending.length <= visibleLength;
	const required = isShort ? `${fieldName}${ending}` : `Required: ${fieldName}`;
	return { fieldName, toolName: numbered, label: isRequired ? required : fieldName };
}

/** At most that many characters, with the sign that stands for the rest. */
function shortened(title: string, length: number): string {
	return title.length <= length ? title : truncate(title, length - 1);
}

function countsOf(texts: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/** The key of a field in the tool that n8n offers an AI agent. */
export function aiKey(text: string): string {
	return text.slice(0, 63).replace(/[^a-zA-Z0-9-]/g, '_');
}

/** n8n would evaluate a label that starts with "=" as an expression. */
function withoutEquals(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

import { labelledInputs } from './form';
import { type ApiInput, shortTitle } from './inputTypes';

/** The keys by which an API's inputs are found. */
interface Keys {
	byId: Map<string, ApiInput>;
	byTitle: Map<string, ApiInput[]>;
	byShortTitle: Map<string, ApiInput[]>;
	/** By the form's names for inputs with repeated titles. */
	byName: Map<string, ApiInput[]>;
	names: Map<ApiInput, string>;
	/** All inputs with unique names. */
	unique: Array<{ id: string; title: string }>;
}

/** Computed once per API: all items of a run share it. */
const cache = new WeakMap<readonly ApiInput[], Keys>();

/**
 * Finds the inputs for a key: the one with that id; otherwise those with that title, or with that title as the form
 * shows it, and those with that name in the form.
 */
export function findInputs(inputs: readonly ApiInput[], key: string): ApiInput[] {
	const { byId, byTitle, byShortTitle, byName } = keysOf(inputs);
	const withId = byId.get(key);
	if (withId !== undefined) return [withId];
	const name = key.trim();
	const titled = byTitle.get(name) ?? byShortTitle.get(name) ?? [];
	const named = byName.get(name) ?? [];
	return [...new Set([...titled, ...named])];
}

/** An input's unique name: its title, numbered if the title repeats. */
export function uniqueName(inputs: readonly ApiInput[], input: ApiInput): string {
	return keysOf(inputs).names.get(input) ?? input.title;
}

/** All inputs with their unique names; returns the same list each time. */
export function uniqueNames(
	inputs: readonly ApiInput[],
): ReadonlyArray<{ id: string; title: string }> {
	return keysOf(inputs).unique;
}

function keysOf(inputs: readonly ApiInput[]): Keys {
	const found = cache.get(inputs);
	if (found !== undefined) return found;
	const repeated = labelledInputs(inputs).filter(({ suffix }) => suffix !== '');
	const names = repeated.flatMap(({ input, name, numbered = name }) => [
		{ input, name },
		{ input, name: numbered },
	]);
	const nameOfInput = new Map(repeated.map(({ input, name }) => [input, name]));
	const keys: Keys = {
		byId: new Map(inputs.map((input) => [input.id, input])),
		byTitle: grouped(inputs.map((input) => ({ input, name: input.title.trim() }))),
		byShortTitle: grouped(inputs.map((input) => ({ input, name: shortTitle(input.title) }))),
		byName: grouped(names),
		names: nameOfInput,
		unique: inputs.map((input) => ({
			id: input.id,
			title: nameOfInput.get(input) ?? input.title,
		})),
	};
	cache.set(inputs, keys);
	return keys;
}

function grouped(all: ReadonlyArray<{ name: string; input: ApiInput }>): Map<string, ApiInput[]> {
	const groups = new Map<string, ApiInput[]>();
	for (const { name, input } of all) {
		const group = groups.get(name);
		if (group === undefined) groups.set(name, [input]);
		else group.push(input);
	}
	return groups;
}

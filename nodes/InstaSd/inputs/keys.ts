import { labelledInputs } from './form';
import { type ApiInput, shortTitle } from './inputTypes';
/** What an API's inputs can be called by. */
interface Keys {
	byId: Map<string, ApiInput>;
	byTitle: Map<string, ApiInput[]>;
	byShortTitle: Map<string, ApiInput[]>;
	/** By what the form calls inputs whose title repeats. */
	byName: Map<string, ApiInput[]>;
	names: Map<ApiInput, string>;
	/** All inputs by names of which no two are alike. */
	unique: Array<{ id: string; title: string }>;
}

/** Of each API once: all items of a run ask for the same. */
const known = new WeakMap<readonly ApiInput[], Keys>();

/**
 * The inputs a key means: the one with that id; else those with that title, or else that title as the form shows it, and
 * those that the form numbers so.
 */
export function inputsCalled(inputs: readonly ApiInput[], key: string): ApiInput[] {
	const { byId, byTitle, byShortTitle, byName } = keysOf(inputs);
	const withId = byId.get(key);
	if (withId !== undefined) return [withId];
	const called = key.trim();
	const titled = byTitle.get(called) ?? byShortTitle.get(called) ?? [];
	const named = byName.get(called) ?? [];
	return [...new Set([...titled, ...named])];
}

/** The name of an input that no other has: its title, or where that repeats, the title with its number. */
export function uniqueName(inputs: readonly ApiInput[], input: ApiInput): string {
	return keysOf(inputs).names.get(input) ?? input.title;
}

/** All inputs, each with such a name; the same list each time. */
export function uniqueNames(
	inputs: readonly ApiInput[],
): ReadonlyArray<{ id: string; title: string }> {
	return keysOf(inputs).unique;
}

function keysOf(inputs: readonly ApiInput[]): Keys {
	const found = known.get(inputs);
	if (found !== undefined) return found;
	const marked = labelledInputs(inputs).filter(({ mark }) => mark !== '');
	const names = marked.flatMap(({ input, name, numbered = name }) => [
		{ input, name },
		{ input, name: numbered },
	]);
	const nameOfInput = new Map(marked.map(({ input, name }) => [input, name]));
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
	known.set(inputs, keys);
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

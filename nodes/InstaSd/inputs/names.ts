import { shortTitle, type ApiInput } from './inputTypes';

/** An input as the form, JSON, automatic mapping and errors call it. */
export interface NamedInput {
	input: ApiInput;
	/** Its title, as far as the form shows it. */
	title: string;
	/** What tells it from others of its title: ` 1`, ` 2`, …, and where that is not enough, a part of its id. */
	mark: string;
	/** Title and number alone; undefined where the title does not repeat. */
	numbered: string | undefined;
}

/** As many characters of a title as leave room for an id within the 63 that n8n keeps of an AI key. */
const longestTellable = 40;

/**
 * What the inputs are called, in their order. Titles that repeat are numbered in the order of the example, so that an
 * input keeps its number when the example grows at its end. Repeating means that n8n has one key for AI agents for both:
 * it folds every character but letters, digits and hyphens to `_` and ends a key after 63.
 * @param labelOf what the form makes of a name; labels are told apart, too
 */
export function nameInputs(
	inputs: readonly ApiInput[],
	labelOf: (named: NamedInput) => string,
): NamedInput[] {
	const titles = inputs.map(titleInForm);
	const numbers = numberRepeats(titles.map(aiKey));
	const all = inputs.map((input, index) => {
		const [title = input.id, mark = ''] = [titles[index], numbers[index]];
		return { input, title, mark, numbered: mark === '' ? undefined : `${title}${mark}` };
	});
	for (let length = 2; ; length *= 2) {
		const repeated = new Set([
			...indexesOfRepeats(all.map((named) => aiKey(nameOfInput(named)))),
			...indexesOfRepeats(all.map((named) => aiKey(labelOf(named)))),
		]);
		if (repeated.size === 0) return all;
		for (const index of repeated) {
			const named = all[index];
			if (named === undefined) continue;
			named.title = shortened(named.title, longestTellable);
			if (length === 2) continue;
			const { id } = named.input;
			const part = length < id.length || length <= 16 ? id.slice(0, length) : `#${index + 1}`;
			named.mark = `${numbers[index] ?? ''} [${part}]`;
		}
	}
}

/** The name of an input: its title, with a number where titles repeat. */
export function nameOfInput({ title, mark }: Pick<NamedInput, 'title' | 'mark'>): string {
	return `${title}${mark}`;
}

/** The key under which n8n offers a field to an AI agent. */
export function aiKey(text: string): string {
	const key = text.replace(/[^a-zA-Z0-9-]/g, '_');
	return key.length >= 64 ? key.slice(0, 63) : key;
}

/** At most so many characters of a text, without the half of one that takes two. */
export function shortened(text: string, length: number): string {
	if (text.length <= length) return text;
	return `${text
		.slice(0, length)
		.replace(/[\uD800-\uDBFF]$/, '')
		.trimEnd()}…`;
}

function titleInForm({ title, id }: ApiInput): string {
	return labelText(shortTitle(title)) || labelText(id) || 'Input';
}

/** n8n would evaluate a label that begins with "=" as an expression. */
function labelText(text: string): string {
	return text.replace(/^[=\s]+/, '').trim();
}

/** ` 1`, ` 2`, … for keys that repeat, nothing for the others. */
function numberRepeats(keys: readonly string[]): string[] {
	const repeated = indexesOfRepeats(keys);
	const counts = new Map<string, number>();
	return keys.map((key, index) => {
		if (!repeated.has(index)) return '';
		const count = (counts.get(key) ?? 0) + 1;
		counts.set(key, count);
		return ` ${count}`;
	});
}

function indexesOfRepeats(keys: readonly string[]): Set<number> {
	const places = new Map<string, number[]>();
	keys.forEach((key, index) => {
		const place = places.get(key);
		if (place === undefined) places.set(key, [index]);
		else place.push(index);
	});
	return new Set([...places.values()].filter(({ length }) => length > 1).flat());
}

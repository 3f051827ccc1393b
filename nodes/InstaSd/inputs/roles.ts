import type { ApiInput, InputType, Role } from './inputTypes';
import { isNegativeTitle, isPromptTitle, shortTitle } from './titles';

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
export function inputsInRole<T extends ApiInput>(inputs: readonly T[], role: Role): T[] {
	const isOfType = ({ type }: ApiInput) => type === types[role];
	const namesakes = inputs.filter(({ id, title }) =>
		[id, title.trim(), shortTitle(title)].some((name) => name.toLowerCase() === role),
	);
	if (namesakes.length > 0) return namesakes.every(isOfType) ? namesakes : [];
	const fitting = inputs.filter(isOfType);
	if (role !== 'prompt') return fitting;
	// Else those with such a title; else those with a whole sentence and no title at all.
	const kinds = [
		promptsToGive(fitting),
		fitting.filter(({ title }) => isPromptTitle(title)),
		fitting.filter((input) => untitledText.test(input.title.trim()) && isSentence(input)),
	];
	return kinds.find(({ length }) => length > 0) ?? [];
}

/**
 * The prompts that the form asks for: n8n appends what is dragged onto a field to the text in it, so such a field starts
 * empty. They are the sentences with the title of a prompt. If no text has one, it is the only sentence, provided that its
 * title is in a script of which this node knows only a few words.
 */
export function promptsToGive<T extends ApiInput>(inputs: readonly T[]): T[] {
	const texts = inputs.filter(({ type }) => type === 'text');
	const called = texts.filter(({ title }) => isPromptTitle(title));
	if (called.length > 0) return called.filter(isSentence);
	const sentences = texts.filter((text) => isSentence(text) && !isNegativeTitle(text.title));
	return sentences.length === 1 ? sentences.filter(isForeign) : [];
}

/** Scripts that write several words without a space. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}`;
const severalWords = new RegExp(String.raw`[^\s,][\s,]+[^\s,]|[${unspaced}]{3}`, 'u');
/** More than people call a style or a choice: four words, or eight signs of such a script. */
const manyWords = new RegExp(
	String.raw`^[\s,]*([^\s,]+[\s,]+){3}[^\s,]|([${unspaced}][^${unspaced}]*){8}`,
	'u',
);

/** Whether the sample of a text has several words. */
function isSentence({ sample }: ApiInput): boolean {
	return severalWords.test(String(sample ?? ''));
}

/** Whether a title has letters, but no Latin ones, and the sample is too long for a style or another choice. */
function isForeign({ sample, title }: ApiInput): boolean {
	const letters = shortTitle(title);
	return /\p{L}/u.test(letters) && !/\p{sc=Latin}/u.test(letters) && manyWords.test(String(sample));
}

import {
	type ApiInput,
	type InputType,
	isPrompt,
	isPromptTitle,
	isSentence,
	type Role,
	shortTitle,
} from './inputTypes';

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
export function inputsInRole(inputs: readonly ApiInput[], role: Role): ApiInput[] {
	const isOfType = ({ type }: ApiInput) => type === types[role];
	const namesakes = inputs.filter(({ id, title }) =>
		[id, title.trim(), shortTitle(title)].some((name) => name.toLowerCase() === role),
	);
	if (namesakes.length > 0) return namesakes.every(isOfType) ? namesakes : [];
	const fitting = inputs.filter(isOfType);
	if (role !== 'prompt') return fitting;
	// Those that the form asks for; else those with such a title; else those with a whole sentence and no title at all.
	const kinds = [
		isPrompt,
		({ title }: ApiInput) => isPromptTitle(title),
		(input: ApiInput) => untitledText.test(input.title.trim()) && isSentence(input),
	];
	return kinds.map((isOfKind) => fitting.filter(isOfKind)).find(({ length }) => length > 0) ?? [];
}

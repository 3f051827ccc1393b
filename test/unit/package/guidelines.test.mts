import type { INodeProperties } from 'n8n-workflow';
import {
	choices,
	errorTexts,
	labels,
	node,
	operations,
	parameters,
	prose,
	type Text,
	textsOf,
} from './shownTexts.mts';

// n8n's rules for verified nodes (https://docs.n8n.io/integrations/creating-nodes/build/reference/), by their sentences.

const names = textsOf(choices, ({ name }) => name);
const actions = textsOf(operations, ({ action }) => action ?? ' ');
const everything = [...prose, ...labels, ...errorTexts];

const withoutTags = (text: string): string => text.replace(/<[^>]+>/g, '').trim();
const small = /^(a|an|and|as|at|but|by|for|from|in|of|on|or|per|the|to|up|via|with)$/;
const isTitleCase = (text: string): boolean =>
	text
		.replace(/[()]/g, '')
		.split(/\s+/)
		.every((word, index) => (index > 0 && small.test(word)) || /^[A-Z\d]/.test(word));

/** Names within a sentence, the long ones first. */
const properNames = [
	...[...labels, ...names].map(({ text }) => text),
	...['InstaSD', 'API Instructions', 'Run Task', 'Retry On Fail', 'Postman', 'Failed'],
	...['URL', 'JSON.stringify', 'JSON', 'APIs', 'API', 'IDs', 'ID', 'MCP', 'MB', 'Bearer'],
].sort((one, other) => other.length - one.length);
const isSentenceCase = (text: string): boolean => {
	const unquoted = withoutTags(text).replace(/'[^']*'|"[^"]*"/g, 'X');
	const rest = properNames.reduce((left, name) => left.replaceAll(name, 'X'), unquoted);
	const sentences = rest.split(/[.:!?]\s+/);
	return /^[A-Z]/.test(rest) && !sentences.some((one) => /\s[A-Z](?!\b)/.test(one));
};
const sentencesIn = (text: string): number =>
	withoutTags(text).split(/[.!?](?=\s+["'A-Z\d])/).length;

const isQuoted = (text: string): boolean =>
	labels
		.filter((label) => label.text.includes(' '))
		.every(({ text: label }) => {
			const name = label.replace(/[()]/g, '\\$&');
			return !new RegExp(`(?<!['>\\w])${name}(?!['\\w<])`).test(text);
		});
const namesOf = (options: NonNullable<INodeProperties['options']>): string =>
	options.map((one) => ('displayName' in one ? one.displayName : one.name)).join();

/** What the credential asks for is a URL in InstaSD, too. */
const isFixed = ({ where, text }: Text): boolean =>
	where.includes('credential') && /URL/.test(text);
const terms = {
	"'image', not 'picture'": /\bpictures?\b/i,
	"'sample', not 'example'": /\b(?<!for )examples?\b/i,
	"'task', not 'generation'": /\bgenerations?\b/i,
	"'file', not 'binary'": /(?<!\.)\bbinary\b/i,
	"'link', not 'URL'": /(?<!API )\bURLs?\b/,
};

test.each<[string, readonly Text[], (text: string) => boolean]>([
	[
		'Use Title Case for the node name, parameters display names (labels), dropdown titles',
		[{ where: 'node', text: node.displayName }, ...labels, ...names],
		isTitleCase,
	],
	[
		'Use Sentence case for node action names, node descriptions, tooltips, hints, dropdown descriptions',
		prose,
		isSentenceCase,
	],
	['Action: omit articles', actions, (text) => !/\b(an?|the)\b/i.test(text)],
	[
		'Action: it must include the resource, or the object of the operation',
		actions,
		(text) => /\b(task|image or video)\b/.test(text),
	],
	[
		'Description of an operation: it must include the resource',
		textsOf(operations, ({ description }) => description ?? ' '),
		(text) => /\btask\b/.test(text),
	],
	[
		"Name of an operation: don't repeat the resource if the resource selection is above",
		textsOf(operations, ({ name }) => name),
		// InstaSD's own name, and one that is not n8n's Wait.
		(text) => ['Run Task', 'Wait for Task'].includes(text) || !/\btask\b/i.test(text),
	],
	[
		'Placeholders should start with "e.g."',
		textsOf(parameters, ({ placeholder, type }) => (type === 'collection' ? '' : placeholder)),
		(text) => text.startsWith('e.g. '),
	],
	[
		"Start the description of boolean components with 'Whether...'",
		textsOf(parameters, ({ type, description = ' ' }) => (type === 'boolean' ? description : '')),
		(text) => text.startsWith('Whether '),
	],
	[
		'API key and sensitive credentials should always be password fields',
		textsOf(parameters, ({ name, typeOptions }) => (typeOptions?.password ? '' : name)),
		(name) => !/token|secret|password|key$/i.test(name),
	],
	[
		"One sentence ends without a full stop, several end with one (n8n's lint)",
		prose,
		(text) => withoutTags(text).endsWith('.') === sentencesIn(text) > 1,
	],
	[
		'When you need to refer to parameter names or field names in copy, wrap them in single quotation marks',
		[...prose, ...errorTexts],
		isQuoted,
	],
	[
		"Options are in alphabetical order, from five on (n8n's lint)",
		textsOf(parameters, ({ options = [] }) => (options.length < 5 ? '' : namesOf(options))),
		(text) =>
			text ===
			text
				.split(',')
				.sort((one, other) => one.localeCompare(other))
				.join(),
	],
	[
		'Avoid using words like "error", "problem", "failure", "mistake"',
		errorTexts,
		(text) => !/\b(errors?|problems?|failures?|mistakes?)\b/i.test(text),
	],
	[
		'When an endpoint returns data with more than 10 fields, add the "Simplify" boolean parameter',
		textsOf(parameters, ({ name, type }) => (name === 'simplify' ? type : '')),
		(type) => type === 'boolean',
	],
	[
		"AI tool nodes: add the 'Output' option parameter with 3 modes",
		textsOf(parameters, ({ name, options = [] }) => (name === 'output' ? namesOf(options) : '')),
		(text) => text === 'Raw,Selected Fields,Simplified',
	],
	...Object.entries(terms).map(([words, other]): [string, Text[], (text: string) => boolean] => [
		`Choose one term for something and stick to it: ${words}`,
		everything.filter((one) => !isFixed(one)),
		(text) => !other.test(text),
	]),
])('%s', (_, texts, isFine) => {
	expect(texts).not.toEqual([]);
	const broken = texts.filter(({ text }) => !isFine(text));
	expect(broken.map(({ where, text }) => `${where}: ${text}`)).toEqual([]);
});

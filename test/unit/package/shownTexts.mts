import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import ts from 'typescript';
import { InstaSdApi } from '../../../credentials/InstaSdApi.credentials.ts';
import { InstaSd } from '../../../nodes/InstaSd/InstaSd.node.ts';
import { REPOSITORY } from '../../../sandbox/n8n/folders.mts';

/** A text that people see, and where it stands. */
export interface Text {
	where: string;
	text: string;
}

export interface Shown<T> {
	where: string;
	shown: T;
}

export const { description: node } = new InstaSd();

type Entry = NonNullable<INodeProperties['options']>[number];
const isParameter = (entry: Entry): entry is INodeProperties => 'type' in entry;
const isChoice = (entry: Entry): entry is INodePropertyOptions => 'value' in entry;

const withNested = (all: INodeProperties[], at: string): Array<Shown<INodeProperties>> =>
	all.flatMap((shown) => {
		const where = `${at}.${shown.name}`;
		return [{ where, shown }, ...withNested(shown.options?.filter(isParameter) ?? [], where)];
	});

/** Every parameter of node and credential, those in collections too. */
export const parameters = [
	...withNested(node.properties, 'node'),
	...withNested(new InstaSdApi().properties, 'credential'),
];

export const choices = parameters.flatMap(({ where, shown: { options = [] } }) =>
	options.filter(isChoice).map((shown): Shown<INodePropertyOptions> => ({ where, shown })),
);

export const operations = choices.filter(({ where }) => where === 'node.operation');

/** One text of each, of those that have it. */
export const textsOf = <T,>(
	all: ReadonlyArray<Shown<T>>,
	pick: (shown: T) => string | undefined,
): Text[] =>
	all.flatMap(({ where, shown }) => {
		const text = pick(shown);
		return text ? [{ where, text }] : [];
	});

const isNotice = ({ shown }: Shown<INodeProperties>): boolean => shown.type === 'notice';
export const labels = textsOf(
	parameters.filter((one) => !isNotice(one)),
	({ displayName }) => displayName,
);

/** What is a phrase or more, in the descriptions. */
export const prose = [
	{ where: 'node', text: node.description },
	...textsOf(operations, ({ action }) => action),
	...textsOf(parameters, ({ description }) => description),
	...textsOf(parameters, ({ hint }) => hint),
	...textsOf(choices, ({ description }) => description),
	...textsOf(parameters.filter(isNotice), ({ displayName }) => displayName),
	...(node.hints ?? []).map(({ message }) => ({ where: 'node.hints', text: message })),
];

/** Files of which the description is made. */
const described = /builderHint|properties|nodeOptions|nodeOperations/;

/** What people and models read when something goes wrong: the literals of four words or more, without what is filled in. */
export const errorTexts = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts') && !described.test(name))
		.flatMap((name) => literalsIn(path.join(folder, name))),
);

function literalsIn(file: string): Text[] {
	const code = readFileSync(path.join(REPOSITORY, file), 'utf8');
	const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
	const found: Text[] = [];
	const visit = (at: ts.Node): void => {
		if (ts.isStringLiteralLike(at) || ts.isTemplateExpression(at)) {
			const text = ts.isTemplateExpression(at)
				? [at.head, ...at.templateSpans.map(({ literal }) => literal)]
						.map((part) => part.text)
						.join('…')
				: at.text;
			const line = source.getLineAndCharacterOfPosition(at.getStart()).line + 1;
			if (text.trim().split(/\s+/).length >= 4) found.push({ where: `${file}:${line}`, text });
		}
		ts.forEachChild(at, visit);
	};
	visit(source);
	return found;
}

import type { IBinaryData } from 'n8n-workflow';
import * as z from 'zod';

import { quoted } from './wording';

/** A value that an API takes. Public samples have texts and numbers; InstaSD also has a boolean node. */
export type InputValue = string | number | boolean;

export interface ApiInput {
	id: string;
	/** The label InstaSD shows; not unique. It is sent back unchanged. */
	title: string;
	type: InputType;
	/** The value in the example; undefined if it says nothing. */
	sample: InputValue | undefined;
	/** The choices of an input of type `options`. */
	options: InputValue[];
}

/** An input, and how people and programs call it. */
export interface KnownInput extends ApiInput {
	/** Its title as the form shows it, numbered where titles repeat: unique among the API's inputs. */
	fieldName: string;
	/** The same for a tool, whose parameters n8n names after it: unique also as an AI key. */
	toolName: string;
	/** The label of its field: that name, and whether it is required. */
	label: string;
	/** As errors call it: that name in quotes, followed by the id if titles repeat. */
	name: string;
	/** The key that means it whatever its id and title. */
	role: Role | undefined;
	/** Whether its field starts empty and must be filled in. */
	isRequired: boolean;
}

/** Keys that mean the same in every API that has just one such input. */
export const roles = ['prompt', 'image', 'video', 'seed'] as const;
export type Role = (typeof roles)[number];

interface InputKind {
	/** The field of n8n's resource mapper. */
	field: 'string' | 'number' | 'boolean' | 'options';
	/** What it takes, in words. */
	takes: string;
	/** Whether its value is a link to a file, or the file itself. */
	isFile?: true;
}

const image: InputKind = {
	field: 'string',
	takes: "a link, or the name of one of the item's files",
	isFile: true,
};
const kinds = {
	text: { field: 'string', takes: 'text' },
	number: { field: 'number', takes: 'a number' },
	integer: { field: 'number', takes: 'a whole number' },
	boolean: { field: 'boolean', takes: 'true or false' },
	options: { field: 'options', takes: 'one of' },
	// n8n sends an untouched number field as 0, so a seed is a text field, with 'random' as its default.
	seed: {
		field: 'string',
		takes: "a whole number, or 'random' for a new one with every task",
	},
	image,
	video: { ...image, takes: 'a link' },
	file: image,
} satisfies Record<string, InputKind>;

export type InputType = keyof typeof kinds;

/** What the form and its errors make of each type of input. CONTRIBUTING.md explains how to add one. */
export const inputKinds: Readonly<Record<InputType, InputKind>> = kinds;

/** What an input takes, in words. */
export function acceptedBy({ options, type }: ApiInput): string {
	const { takes } = inputKinds[type];
	return type === 'options' ? `${takes} ${options.map(quoted).join(', ')}` : takes;
}

/** Whether a value is an http(s) link. */
export function isLink(value: unknown): value is string {
	return typeof value === 'string' && /^https?:\/\/\S+$/i.test(value);
}

/** What to send, decided before the first request. Seeds are drawn and files read just before the task's submit. */
export type PlannedValue =
	| { kind: 'value'; value: unknown }
	| { kind: 'seed'; asText: boolean }
	/** `mayBeText`: whether it is for an image or video, and n8n calls it text. */
	| { kind: 'file'; file: ItemFile; sendAs: SendFilesAs; mayBeText: boolean };

export interface PlannedInput {
	id: string;
	title: string | undefined;
	/** How errors call it. */
	name: string;
	value: PlannedValue;
	/** The input, if no value was given for it: the sample's is sent. */
	fromSample?: KnownInput;
}

/** Whether binary data is sent in the request or as a link to this n8n. */
export type SendFilesAs = 'base64' | 'url';

/** What is known of an item's file without reading it. */
export interface ItemFile {
	/** The name of the binary field it came from. */
	field: string;
	bytes: number;
	binary: IBinaryData;
}

const upload = z.object({
	filename: z.string(),
	mimetype: z.string(),
	size: z.number().optional(),
});

/** How n8n's form describes an uploaded file in the JSON of the item; dragging that onto an input gives this. */
export const uploadDescription = z.union([upload, z.tuple([upload]).transform(([only]) => only)]);

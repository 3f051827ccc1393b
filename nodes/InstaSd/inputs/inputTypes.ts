import type { IBinaryData } from 'n8n-workflow';
import * as z from 'zod';

/** The types of input. CONTRIBUTING.md explains how to add one. */
export const inputTypes = [
	'text',
	'number',
	'integer',
	'boolean',
	'options',
	'seed',
	'image',
	'video',
	'file',
] as const;
export type InputType = (typeof inputTypes)[number];

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
	/** The label of its field: that name, and how to fill it in. */
	label: string;
	/** What else it may be called, beside its id and role: its title, and what the form shows. */
	keys: string[];
	/** As errors call it: that name in quotes, followed by the id if titles repeat. */
	name: string;
	/** The key that means it whatever its id and title. */
	role: Role | undefined;
}

/** Keys that mean the same in every API that has just one such input. */
export const roles = ['prompt', 'image', 'video', 'seed'] as const;
export type Role = (typeof roles)[number];

interface InputKind {
	/** The field of n8n's resource mapper. */
	field: 'string' | 'number' | 'boolean' | 'options';
	/** What it takes, in a list of the API's inputs. */
	takes: string;
	/** The same for a label, which gets the first that fits. */
	notes?: string[];
	/** Whether its value is a link to a file, or the file itself. */
	isFile?: true;
}

const orFile = { takes: 'link or file', notes: ['link or file'] };
const seedNotes = ['random or a number', 'random or number'];

/** What the form and its errors make of each type. */
export const inputKinds: Readonly<Record<InputType, InputKind>> = {
	text: { field: 'string', takes: 'text' },
	number: { field: 'number', takes: 'number' },
	integer: { field: 'number', takes: 'whole number', notes: ['whole number'] },
	boolean: { field: 'boolean', takes: 'true or false' },
	options: { field: 'options', takes: 'one of' },
	// n8n sends an untouched number field as 0, so a seed is a text field, with 'random' as its default.
	seed: { field: 'string', takes: "'random' or a whole number", notes: seedNotes },
	image: { field: 'string', ...orFile, isFile: true },
	video: { field: 'string', takes: 'link', notes: ['link'], isFile: true },
	file: { field: 'string', ...orFile, isFile: true },
};

const link = z.string().regex(/^https?:\/\/\S+$/i);
const namesSeed = /(^|[^a-z])seed([^a-z]|$)/i;
/** Switches and settings that relate to a seed but are not one. */
const aboutSeed =
	/^\W*randomi[sz]e\b|\bseed[\s_-]+(mode|type|strength|weight|offset|count|increment|behaviou?r)\b/i;
const imageTitle =
	/\bload image\b|^(\w+ )?(image|photo|picture|mask)( \w{1,2})?( \(?(url|link)\)?)?$/i;
const videoTitle = /\bload video\b|^(\w+ )?video( \w{1,2})?( \(?(url|link)\)?)?$/i;
const imageFile = /\.(png|jpe?g|webp|gif|bmp|avif)([?#]|$)|^data:image\//i;
const videoFile = /\.(mp4|webm|mov|mkv|avi)([?#]|$)|^data:video\//i;
/** InstaSD's own words for a file to give, whatever the title. */
const linkWanted = /^publicly available (?:url|link) (?:for|of|to) the (image|video)\W*$/i;
const descriptionOfLink = /\b(url|link)\b.*\b(image|video)\b|\b(image|video)\b.*\b(url|link)\b/i;

/** A title without the prefix of InstaSD's ComfyUI nodes: "InstaSD API Input - Seed" becomes "Seed". */
export function shortTitle(title: string): string {
	return title.trim().replace(/^InstaSD API Input - (?=\S)/, '');
}

/** Whether a value is an http(s) link. */
export function isLink(value: unknown): value is string {
	return link.safeParse(value).success;
}

export function isSeedTitle(title: string): boolean {
	return namesSeed.test(title) && !aboutSeed.test(title);
}

/**
 * Infers an input's type from its title and sample value. A wrong guess would reject a valid value, so anything
 * uncertain is text; the example can override the type with a `"type"`.
 */
export function inferType(title: string, sample: unknown): InputType {
	if (typeof sample === 'boolean') return 'boolean';
	const integerSample =
		typeof sample === 'number' ? Number.isInteger(sample) : /^-?\d+$/.test(String(sample).trim());
	if (isSeedTitle(title) && integerSample) return 'seed';
	if (typeof sample === 'number') return /\binteger\b/i.test(title) ? 'integer' : 'number';
	if (typeof sample !== 'string') return 'text';
	const text = sample.trim();
	const isVideo = videoFile.test(text);
	const isImage = imageFile.test(text);
	if (/^(https?:\/\/\S+$|data:)/i.test(text)) {
		if (isVideo) return 'video';
		if (isImage) return 'image';
	} else if (text !== '' && !isVideo && !isImage && !describesLink(text)) {
		// With the title "Image" and the sample "a cat", the text describes a picture and is not one.
		return 'text';
	}
	if (videoTitle.test(title)) return 'video';
	if (imageTitle.test(title)) return 'image';
	const [, wanted = ''] = linkWanted.exec(text) ?? [];
	return /video/i.test(wanted) ? 'video' : wanted === '' ? 'text' : 'image';
}

/** Matches, for example, "publicly available URL for the image"; a long text with these words is a prompt. */
function describesLink(text: string): boolean {
	return text.length < 100 && descriptionOfLink.test(text);
}

const namesPrompt = /(^|[^a-z])prompts?([^a-z]|$)/i;
const namesNegative = /negative|(^|[^a-z])neg([^a-z]|$)/i;
/** Words separated by spaces or commas, or text in a script that does not separate words. */
const severalWords =
	/[^\s,][\s,]+[^\s,]|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]{3}/u;

/**
 * Whether an input is a prompt: its title says so, and its sample has several words. n8n appends what is dragged onto a
 * field to the text in it, so a prompt's field starts empty.
 */
export function isPrompt(input: ApiInput): boolean {
	return isPromptTitle(input.title) && isSentence(input);
}

/** Whether a title says that an input is what to make, and not what to avoid. */
export function isPromptTitle(title: string): boolean {
	return namesPrompt.test(title) && !namesNegative.test(title);
}

/** Whether an input is a text whose sample has several words. */
export function isSentence({ type, sample }: ApiInput): boolean {
	return type === 'text' && typeof sample === 'string' && severalWords.test(sample);
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

const upload = z.object({ filename: z.string(), mimetype: z.string() });

/** How n8n's form describes an uploaded file in the JSON of the item; dragging that onto an input gives this. */
export const uploadDescription = z.union([upload, z.tuple([upload]).transform(([only]) => only)]);

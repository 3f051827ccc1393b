import type { IBinaryData } from 'n8n-workflow';
import { z } from 'zod';

/** What kind of value an input of an API takes. CONTRIBUTING.md tells how to add one. */
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

/** A value an API takes. Public samples show texts and numbers; a boolean node exists. */
export type InputValue = string | number | boolean;

export interface ApiInput {
	id: string;
	/** The label InstaSD shows; not unique. It is sent back as it came. */
	title: string;
	type: InputType;
	/** The value in the example; undefined where it tells nothing. */
	sample: InputValue | undefined;
	/** The choices of an input of type `options`. */
	options: InputValue[];
}

/** Types whose value is a link to a file, or the file itself. */
export const fileTypes: ReadonlySet<InputType> = new Set<InputType>(['image', 'video', 'file']);

const link = z.string().regex(/^https?:\/\/\S+$/i);
const namesSeed = /(^|[^a-z])seed([^a-z]|$)/i;
/** Switches and settings that have to do with a seed, but are none. */
const aboutSeed =
	/^\W*randomi[sz]e\b|\bseed[\s_-]+(mode|type|strength|weight|offset|count|increment|behaviou?r)\b/i;
const imageTitle =
	/\bload image\b|^(\w+ )?(image|photo|picture|mask)( \w{1,2})?( \(?(url|link)\)?)?$/i;
const videoTitle = /\bload video\b|^(\w+ )?video( \w{1,2})?( \(?(url|link)\)?)?$/i;
const imageFile = /\.(png|jpe?g|webp|gif|bmp|avif)([?#]|$)|^data:image\//i;
const videoFile = /\.(mp4|webm|mov|mkv|avi)([?#]|$)|^data:video\//i;
const descriptionOfLink = /\b(url|link)\b.*\b(image|video)\b|\b(image|video)\b.*\b(url|link)\b/i;

/** A title without the words that ComfyUI's InstaSD nodes have in common: "InstaSD API Input - Seed" is "Seed". */
export function shortTitle(title: string): string {
	return title.trim().replace(/^InstaSD API Input - (?=\S)/, '');
}

/** Whether a text is an http(s) link. */
export function isLink(value: unknown): value is string {
	return link.safeParse(value).success;
}

/** Whether a title is that of a seed. */
export function isSeedTitle(title: string): boolean {
	return namesSeed.test(title) && !aboutSeed.test(title);
}

/**
 * The type an input has by its title and sample value. A wrong guess would refuse a right value, so whatever is not
 * certain is text; the example can say better with a `"type"`.
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
		// A text whose title is "Image" but whose sample is "a cat" describes a picture, it is none.
		return 'text';
	}
	if (videoTitle.test(title)) return 'video';
	return imageTitle.test(title) ? 'image' : 'text';
}

/** As in the contract's "publicly available URL for the image"; a long text that has the words is a prompt. */
function describesLink(text: string): boolean {
	return text.length < 100 && descriptionOfLink.test(text);
}

const namesPrompt = /(^|[^a-z])prompts?([^a-z]|$)/i;
const namesNegative = /negative|(^|[^a-z])neg([^a-z]|$)/i;
/** Words with a space or comma between them, or a text of a script that has none between its words. */
const severalWords =
	/[^\s,][\s,]+[^\s,]|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]{3}/u;

/**
 * Whether an input is what a picture is made from: its title says prompt, and its sample describes something. What is
 * dragged onto a field is appended to what stands there, so the field of a prompt starts empty.
 */
export function isPrompt({ type, title, sample }: ApiInput): boolean {
	return (
		type === 'text' &&
		namesPrompt.test(title) &&
		!namesNegative.test(title) &&
		typeof sample === 'string' &&
		severalWords.test(sample)
	);
}

/** What an input will be sent as, decided before anything is sent. Seeds are drawn and files read at the task's turn. */
export type PlannedValue =
	| { kind: 'value'; value: unknown }
	| { kind: 'seed'; asText: boolean }
	| { kind: 'file'; file: ItemFile; sendAs: SendFilesAs };

export interface PlannedInput {
	id: string;
	title: string | undefined;
	value: PlannedValue;
}

/** Whether binary data given to an input travels in the request or as a link to this n8n. */
export type SendFilesAs = 'base64' | 'url';

/** A file of an item as far as it is known without reading it. */
export interface ItemFile {
	/** The name of the binary field it came from. */
	field: string;
	/** Size in bytes. */
	bytes: number;
	binary: IBinaryData;
}

import { extensionOf, typeByExtension, typeByFirstBytes } from '../api/fileTypes';
import type { FileLink } from '../api/task';

/** In bytes. File systems allow 255; the rest is for an extension, and a number that a program may add. */
const maxStemBytes = 200;
/** The task id's share of that, in bytes; real ids have 36. */
const maxIdBytes = 100;

/** Names that Windows reserves for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A file's task, and its index in that task, from 0. */
export interface FilePlace {
	taskId: string;
	index: number;
}

/**
 * A safe file name from a link: the last part of its path, without control characters and characters that file systems
 * reject, with an extension. The task id and, from the second file on, a number make it unique, so that files with the
 * same name do not overwrite each other in one folder.
 * @param link its URL names the file, or else its `kind`, the name of the link's list, such as `image`
 */
export function fileNameOf(
	{ url, kind }: FileLink,
	{ taskId, index }: FilePlace,
	mimeType: string | undefined,
): string {
	const inUrl = sanitized(decoded(pathOf(url)).split(/[/\\]/).pop() ?? '');
	const original = inUrl === '' ? withoutFolders(kind) || 'file' : inUrl;
	const [, stem = original, ownExtension] = /^(.+)\.([A-Za-z0-9]{1,8})$/s.exec(original) ?? [];
	const extension = ownExtension ?? extensionOf(mimeType);
	const id = truncated(withoutFolders(taskId), maxIdBytes);
	const suffix = index === 0 ? `-${id}` : `-${id}-${index + 1}`;
	const name = `${truncated(stem, maxStemBytes - Buffer.byteLength(suffix))}${suffix}`;
	return extension === undefined ? name : `${name}.${extension}`;
}

function withoutFolders(text: string): string {
	return sanitized(text.replace(/[/\\]/g, ''));
}

/** Without control characters, invisible format characters, and what file systems reject. */
function sanitized(name: string): string {
	return (
		name
			.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
			// The lookbehind keeps this linear: a run of dots is scanned once, not again from each dot.
			.replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '')
			.replace(deviceName, '_$1')
	);
}

/** The first characters of a name, at most `maxBytes` in all. */
function truncated(name: string, maxBytes: number): string {
	let bytes = 0;
	const kept = [...name].filter((character) => (bytes += Buffer.byteLength(character)) <= maxBytes);
	return kept.join('');
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/** Types that hosts use for unknown files. */
const genericType = /^((application|binary)\/(octet-stream|x-binary|unknown)|text\/plain)$/;

/**
 * The MIME type of a file: from its header, unless that is generic, else from its first bytes, else from its link's
 * extension, else `text/plain` if the header says so; otherwise undefined.
 * @param firstBytes the file's first bytes, as {@link typeByFirstBytes} needs them
 */
export function mimeTypeOf(
	url: string,
	header: string | undefined,
	firstBytes: Buffer,
): string | undefined {
	const type = header?.split(';')[0]?.trim().toLowerCase();
	if (type !== undefined && /^[^\s/]+\/[^\s/]+$/.test(type) && !genericType.test(type)) return type;
	return (
		typeByFirstBytes(firstBytes) ??
		typeByExtension(extensionIn(url)) ??
		(type === 'text/plain' ? type : undefined)
	);
}

/** Kinds of files that are never text. */
const mediaKind = /^(image|video|audio)$/;

/**
 * Detects a web page or JSON in place of a file, which is how hosts report errors. What the service lists as a file may be
 * JSON, unless its list or its extension says that it is never text; of such a file the first bytes count, too.
 * @returns what it is, for an error message; undefined for a file
 */
export function errorPageIn(
	{ kind, url }: FileLink,
	header: string | undefined,
	firstBytes: Buffer,
): 'a web page' | 'JSON' | undefined {
	const type = header?.trim().toLowerCase() ?? '';
	const extension = extensionIn(url);
	const isNeverText = mediaKind.test(kind) || typeByExtension(extension) !== undefined;
	const text = isNeverText ? firstBytes.toString('latin1').trimStart().toLowerCase() : '';
	const isPage = /^text\/html\b/.test(type) || /^<(!doctype html|html)/.test(text);
	if (isPage && !/^html?$/.test(extension ?? '')) return 'a web page';
	const isJson = /^application\/json\b/.test(type) || /^[[{]/.test(text);
	return isNeverText && isJson && extension !== 'json' ? 'JSON' : undefined;
}

/** The path of a link, still encoded; empty for an invalid link. */
export function pathOf(url: string): string {
	return URL.canParse(url) ? new URL(url).pathname : '';
}

function extensionIn(url: string): string | undefined {
	return /\.([a-z0-9]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase();
}

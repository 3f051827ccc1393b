import type { FileLink } from '../api/replies';
import { extensionOf, pathOf } from './mimeTypes';

/** Room for a name in every file system (255 bytes), for an extension, and for a number that a program adds, in bytes. */
const longestStem = 200;
/** What of that a task's id may take: its real ones have 36. */
const longestId = 100;

/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** Whose file it is: its task, and its number within that, from 0. */
export interface FilePlace {
	taskId: string;
	index: number;
}

/**
 * A safe file name from a link: its last path part without folders, control characters or characters that file systems
 * refuse, with an extension. The task's id and, from the second file on, a number keep apart what the service calls alike:
 * in one folder, no file of another task or of this one is overwritten.
 * @param link names the file, or else its kind does, which is what the link's list was called, as `image`
 */
export function fileNameOf(
	{ url, kind }: FileLink,
	{ taskId, index }: FilePlace,
	mimeType: string | undefined,
): string {
	const own = safe(decoded(pathOf(url)).split(/[/\\]/).pop() ?? '');
	const named = own === '' ? withoutFolders(kind) || 'file' : own;
	const [, stem = named, ownExtension] = /^(.+)\.([A-Za-z0-9]{1,8})$/s.exec(named) ?? [];
	const extension = ownExtension ?? extensionOf(mimeType);
	const id = cut(withoutFolders(taskId), longestId);
	const suffix = index === 0 ? `-${id}` : `-${id}-${index + 1}`;
	const name = `${cut(stem, longestStem - Buffer.byteLength(suffix))}${suffix}`;
	return extension === undefined ? name : `${name}.${extension}`;
}

function withoutFolders(text: string): string {
	return safe(text.replace(/[/\\]/g, ''));
}

/** Without control characters, marks that turn the direction of writing, and what file systems refuse. */
function safe(name: string): string {
	return (
		name
			.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
			// The look behind: a run of dots is read once, and not again from each of its dots.
			.replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '')
			.replace(deviceName, '_$1')
	);
}

/** The first characters of a name that together have no more than so many bytes. */
function cut(name: string, most: number): string {
	let bytes = 0;
	const kept = [...name].filter((character) => (bytes += Buffer.byteLength(character)) <= most);
	return kept.join('');
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

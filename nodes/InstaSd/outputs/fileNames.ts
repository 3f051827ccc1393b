import { typeByFirstBytes } from '../api/fileSignatures';
import type { FileLink } from '../api/task';

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

const extensions: ReadonlyMap<string, string> = new Map([
	['image/png', 'png'],
	['image/jpeg', 'jpg'],
	['image/webp', 'webp'],
	['image/gif', 'gif'],
	['image/avif', 'avif'],
	['image/tiff', 'tiff'],
	['image/bmp', 'bmp'],
	['image/x-exr', 'exr'],
	['video/mp4', 'mp4'],
	['video/webm', 'webm'],
	['video/quicktime', 'mov'],
	['video/x-matroska', 'mkv'],
	['video/x-msvideo', 'avi'],
	['audio/mpeg', 'mp3'],
	['audio/mp4', 'm4a'],
	['audio/wav', 'wav'],
	['audio/ogg', 'ogg'],
	['audio/flac', 'flac'],
	['model/gltf-binary', 'glb'],
	['application/pdf', 'pdf'],
	['application/zip', 'zip'],
]);

/** Types that hosts give to whatever they do not know. */
const saysNothing = /^((application|binary)\/(octet-stream|x-binary|unknown)|text\/plain)$/;

/**
 * The MIME type of a file: from its header, unless that says nothing, else from its first bytes, else from the
 * extension of its link, else the header again; undefined where nothing tells.
 * @param firstBytes the file's first bytes, as {@link typeByFirstBytes} wants them
 */
export function mimeTypeOf(
	url: string,
	header: string | undefined,
	firstBytes: Buffer,
): string | undefined {
	const given = header?.split(';')[0]?.trim().toLowerCase();
	if (given !== undefined && /^[^\s/]+\/[^\s/]+$/.test(given) && !saysNothing.test(given))
		return given;
	const extension = extensionIn(url);
	const wanted = extension === 'jpeg' ? 'jpg' : extension;
	return (
		typeByFirstBytes(firstBytes) ??
		[...extensions].find(([, known]) => known === wanted)?.[0] ??
		(given === 'text/plain' ? given : undefined)
	);
}

/** The usual extension of files of a type, without a dot; undefined for types not known here. */
export function extensionOf(mimeType: string | undefined): string | undefined {
	return mimeType === undefined ? undefined : extensions.get(mimeType);
}

/** Lists whose files are never text. */
const mediaKind = /^(image|video|audio)$/;

/**
 * What a reply brings instead of a file: a web page or JSON, which is how hosts word an error. Told by the header, and
 * for pictures, videos and sounds by the first bytes too; unless the link itself names such a file.
 * @returns its name in words; undefined for a file
 */
export function errorPageIn(
	{ kind, url }: FileLink,
	header: string | undefined,
	firstBytes: Buffer,
): 'a web page' | 'JSON' | undefined {
	const type = header?.trim().toLowerCase() ?? '';
	const text = mediaKind.test(kind) ? firstBytes.toString('latin1').trimStart().toLowerCase() : '';
	const extension = extensionIn(url) ?? '';
	const isPage = /^text\/html\b/.test(type) || /^<(!doctype html|html)/.test(text);
	if (isPage && !/^html?$/.test(extension)) return 'a web page';
	const isJson = /^application\/json\b/.test(type) || /^[[{]/.test(text);
	return isJson && extension !== 'json' ? 'JSON' : undefined;
}

/** The path of a link, still encoded; empty for a link that is none. */
export function pathOf(url: string): string {
	return URL.canParse(url) ? new URL(url).pathname : '';
}

function extensionIn(url: string): string | undefined {
	return /\.([a-z0-9]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase();
}

import { typeByFirstBytes } from '../api/fileSignatures';
import type { FileLink } from '../api/replies';

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

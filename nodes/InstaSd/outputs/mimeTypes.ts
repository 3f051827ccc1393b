import type { FileLink } from '../api/replies';

/** How many of a file's first bytes tell what it is. */
export const headLength = 64;

const extensions: ReadonlyMap<string, string> = new Map([
	['image/png', 'png'],
	['image/jpeg', 'jpg'],
	['image/webp', 'webp'],
	['image/gif', 'gif'],
	['image/avif', 'avif'],
	['image/tiff', 'tiff'],
	['image/x-exr', 'exr'],
	['video/mp4', 'mp4'],
	['video/webm', 'webm'],
	['video/quicktime', 'mov'],
	['video/x-matroska', 'mkv'],
	['audio/mpeg', 'mp3'],
	['audio/mp4', 'm4a'],
	['audio/wav', 'wav'],
	['audio/ogg', 'ogg'],
	['audio/flac', 'flac'],
	['model/gltf-binary', 'glb'],
	['application/pdf', 'pdf'],
	['application/zip', 'zip'],
]);

/** How files of these types begin, their bytes read as latin1; the first that fits counts. */
const signatures: ReadonlyArray<[RegExp, string]> = [
	[/^\x89PNG/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^GIF8/, 'image/gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav'],
	[/^.{4}ftyp(avif|avis)/s, 'image/avif'],
	[/^.{4}ftypqt/s, 'video/quicktime'],
	[/^.{4}ftypM4A/s, 'audio/mp4'],
	[/^.{4}ftyp/s, 'video/mp4'],
	[/^.E\xdf\xa3.*webm/s, 'video/webm'],
	[/^.E\xdf\xa3/s, 'video/x-matroska'],
	[/^OggS/, 'audio/ogg'],
	[/^fLaC/, 'audio/flac'],
	[/^(ID3|\xff[\xfb\xf3\xf2])/, 'audio/mpeg'],
	[/^(II\*\0|MM\0\*)/, 'image/tiff'],
	[/^v\/1[^ -~]/, 'image/x-exr'],
	[/^glTF/, 'model/gltf-binary'],
	[/^%PDF-/, 'application/pdf'],
	[/^PK[^ -~]{2}/, 'application/zip'],
];

/** Types that hosts give to whatever they do not know. */
const saysNothing = /^((application|binary)\/(octet-stream|x-binary|unknown)|text\/plain)$/;

/**
 * The MIME type of a file: from its header, unless that says nothing, else from its first bytes, else from the
 * extension of its link, else the header again; undefined where nothing tells.
 * @param head the file's first bytes, as many as {@link headLength}
 */
export function mimeTypeOf(
	url: string,
	header: string | undefined,
	head: Buffer,
): string | undefined {
	const given = header?.split(';')[0]?.trim().toLowerCase();
	if (given !== undefined && /^[^\s/]+\/[^\s/]+$/.test(given) && !saysNothing.test(given))
		return given;
	const text = head.toString('latin1');
	const extension = extensionIn(url);
	const wanted = extension === 'jpeg' ? 'jpg' : extension;
	return (
		signatures.find(([begins]) => begins.test(text))?.[1] ??
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
	head: Buffer,
): 'a web page' | 'JSON' | undefined {
	const type = header?.trim().toLowerCase() ?? '';
	const text = mediaKind.test(kind) ? head.toString('latin1').trimStart().toLowerCase() : '';
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

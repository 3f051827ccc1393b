/** Room for a name in every file system (255 bytes), for an extension, and for a number that a program adds, in bytes. */
const longestStem = 200;

const extensions: ReadonlyMap<string, string> = new Map([
	['image/png', 'png'],
	['image/jpeg', 'jpg'],
	['image/webp', 'webp'],
	['image/gif', 'gif'],
	['image/avif', 'avif'],
	['video/mp4', 'mp4'],
	['video/webm', 'webm'],
	['video/quicktime', 'mov'],
	['audio/mpeg', 'mp3'],
	['audio/wav', 'wav'],
	['audio/ogg', 'ogg'],
	['audio/flac', 'flac'],
]);

/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A safe file name from a link: its last path part without folders, control characters or characters that file systems
 * refuse, with an extension.
 * @param kind what the link's list was called, as `image`; names a file whose link does not
 * @param index the file's number within its task, from 0
 */
export function fileNameOf(
	url: string,
	kind: string,
	index: number,
	mimeType: string | undefined,
): string {
	const own = safe(decoded(pathOf(url)).split(/[/\\]/).pop() ?? '');
	const named = own === '' ? `${safe(kind.replace(/[/\\]/g, '')) || 'file'}-${index + 1}` : own;
	const [, stemOfOwn = named, ownExtension] = /^(.+)\.([A-Za-z0-9]{1,8})$/s.exec(named) ?? [];
	const extension = ownExtension ?? extensions.get(mimeType ?? '');
	const stem = cut(stemOfOwn);
	return extension === undefined ? stem : `${stem}.${extension}`;
}

/**
 * The MIME type of a file from its header, unless that says nothing, else from the extension of its link; undefined
 * where neither tells.
 */
export function mimeTypeOf(url: string, header: string | undefined): string | undefined {
	const given = header?.split(';')[0]?.trim().toLowerCase();
	if (given !== undefined && given !== '' && !/^(application|binary)\/octet-stream$/.test(given))
		return given;
	const extension = /\.([a-z0-9]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase();
	const wanted = extension === 'jpeg' ? 'jpg' : extension;
	return [...extensions].find(([, known]) => known === wanted)?.[0];
}

/** Without control characters, marks that turn the direction of writing, and what file systems refuse. */
function safe(name: string): string {
	return name
		.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
		.replace(/^[.\s]+|[.\s]+$/g, '')
		.replace(deviceName, '_$1');
}

/** The first characters of a name that together have no more than so many bytes. */
function cut(name: string): string {
	let bytes = 0;
	const kept = [...name].filter(
		(character) => (bytes += Buffer.byteLength(character)) <= longestStem,
	);
	return kept.join('');
}

function pathOf(url: string): string {
	return URL.canParse(url) ? new URL(url).pathname : '';
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

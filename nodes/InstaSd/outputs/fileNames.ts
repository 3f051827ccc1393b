/** The longest file name that every file system stores, in characters. */
const longestName = 120;

const extensions: Readonly<Record<string, string>> = {
	'image/png': 'png',
	'image/jpeg': 'jpg',
	'image/webp': 'webp',
	'image/gif': 'gif',
	'image/avif': 'avif',
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
	'audio/mpeg': 'mp3',
	'audio/wav': 'wav',
	'audio/ogg': 'ogg',
	'audio/flac': 'flac',
};

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
	const last = decoded(new URL(url).pathname).split(/[/\\]/).pop() ?? '';
	const safe = last
		.replace(/[\p{Cc}<>:"|?*]/gu, '')
		.replace(/^\.+|[. ]+$/g, '')
		.trim();
	const named = safe === '' ? `${kind}-${index + 1}` : safe;
	const dot = named.lastIndexOf('.');
	const hasExtension = dot > 0 && /^[A-Za-z0-9]{1,8}$/.test(named.slice(dot + 1));
	const extension = hasExtension ? named.slice(dot + 1) : extensions[mimeType ?? ''];
	const stem = (hasExtension ? named.slice(0, dot) : named).slice(0, longestName);
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
	const extension = /\.([a-z0-9]+)$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase();
	const wanted = extension === 'jpeg' ? 'jpg' : extension;
	return Object.entries(extensions).find(([, known]) => known === wanted)?.[0];
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

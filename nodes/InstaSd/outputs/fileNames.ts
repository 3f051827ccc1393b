import { extensionOf, pathOf } from './mimeTypes';

/** Room for a name in every file system (255 bytes), for an extension, and for a number that a program adds, in bytes. */
const longestStem = 200;

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
	const extension = ownExtension ?? extensionOf(mimeType);
	const stem = cut(stemOfOwn);
	return extension === undefined ? stem : `${stem}.${extension}`;
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
function cut(name: string): string {
	let bytes = 0;
	const kept = [...name].filter(
		(character) => (bytes += Buffer.byteLength(character)) <= longestStem,
	);
	return kept.join('');
}

function decoded(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/** How many first bytes of a file are enough to detect its type. */
export const firstBytesLength = 64;

/** How files of these types begin, with their bytes read as latin1. The first match counts. */
const signatures: ReadonlyArray<[RegExp, string]> = [
	[/^\x89PNG/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^GIF8/, 'image/gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav'],
	[/^RIFF.{4}AVI /s, 'video/x-msvideo'],
	[/^BM/, 'image/bmp'],
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

/** The first {@link firstBytesLength} bytes of a file in base64. */
export function firstBytesOf(base64: string): Buffer {
	const characters = Math.ceil(firstBytesLength / 3) * 4;
	return Buffer.from(base64.slice(0, characters), 'base64').subarray(0, firstBytesLength);
}

/** Whether a MIME type is one of text, exactly: `image/svg+xml` is not. Its file's first bytes may tell otherwise. */
export function isTextType(mimeType: string): boolean {
	return /^(text\/[^;]+|application\/(json|xml))(;|$)/i.test(mimeType);
}

/**
 * Whether a file's first bytes have no control characters but tabs and line breaks, as no image or video has; or begin as
 * UTF-16.
 */
export function startsAsText(firstBytes: Buffer): boolean {
	return /^(\xff\xfe|\xfe\xff|[\t-\r -~\x80-\xff]+$)/.test(firstBytes.toString('latin1'));
}

/**
 * Detects a file's MIME type; undefined if it is unknown.
 * @param firstBytes the first {@link firstBytesLength} bytes, or the whole of a shorter file
 */
export function typeByFirstBytes(firstBytes: Buffer): string | undefined {
	const text = firstBytes.toString('latin1');
	return signatures.find(([begins]) => begins.test(text))?.[1];
}

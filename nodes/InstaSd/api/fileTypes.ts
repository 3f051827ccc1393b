/** How many first bytes of a file are enough to detect its type. */
export const firstBytesLength = 64;

/** How files begin, with their bytes read as latin1, their MIME type and usual extension. The first match counts. */
const fileTypes: ReadonlyArray<[begins: RegExp, mimeType: string, extension: string]> = [
	[/^\x89PNG/, 'image/png', 'png'],
	[/^\xff\xd8\xff/, 'image/jpeg', 'jpg'],
	[/^GIF8/, 'image/gif', 'gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp', 'webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav', 'wav'],
	[/^RIFF.{4}AVI /s, 'video/x-msvideo', 'avi'],
	[/^BM/, 'image/bmp', 'bmp'],
	[/^.{4}ftyp(avif|avis)/s, 'image/avif', 'avif'],
	[/^.{4}ftypqt/s, 'video/quicktime', 'mov'],
	[/^.{4}ftypM4A/s, 'audio/mp4', 'm4a'],
	[/^.{4}ftyp/s, 'video/mp4', 'mp4'],
	[/^.E\xdf\xa3.*webm/s, 'video/webm', 'webm'],
	[/^.E\xdf\xa3/s, 'video/x-matroska', 'mkv'],
	[/^OggS/, 'audio/ogg', 'ogg'],
	[/^fLaC/, 'audio/flac', 'flac'],
	[/^(ID3|\xff[\xfb\xf3\xf2])/, 'audio/mpeg', 'mp3'],
	[/^(II\*\0|MM\0\*)/, 'image/tiff', 'tiff'],
	[/^v\/1[^ -~]/, 'image/x-exr', 'exr'],
	[/^glTF/, 'model/gltf-binary', 'glb'],
	[/^%PDF-/, 'application/pdf', 'pdf'],
	[/^PK[^ -~]{2}/, 'application/zip', 'zip'],
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

/** Whether a file begins as UTF-16, or with no control character but tabs and line breaks: no image or video does. */
export function startsAsText(firstBytes: Buffer): boolean {
	return /^(\xff\xfe|\xfe\xff|[\t-\r -~\x80-\xff]+$)/.test(firstBytes.toString('latin1'));
}

/** The MIME type of a file with these first {@link firstBytesLength} bytes, or fewer; undefined if it is unknown. */
export function typeByFirstBytes(firstBytes: Buffer): string | undefined {
	const text = firstBytes.toString('latin1');
	return fileTypes.find(([begins]) => begins.test(text))?.[1];
}

/** The usual extension for a MIME type, without a dot; undefined for unknown types. */
export function extensionOf(mimeType: string | undefined): string | undefined {
	return fileTypes.find(([, known]) => known === mimeType)?.[2];
}

/** The MIME type that an extension, in lower case, usually means; undefined if it is unknown. */
export function typeByExtension(extension: string | undefined): string | undefined {
	const usual = extension === 'jpeg' ? 'jpg' : extension;
	return fileTypes.find(([, , known]) => known === usual)?.[1];
}

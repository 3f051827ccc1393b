import { errorPageIn, mimeTypeOf } from '../../../nodes/InstaSd/outputs/fileNames';

const host = 'https://cdn.example.com';
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
const none = Buffer.alloc(0);

describe('the type of a file', () => {
	test.each([
		['/a.png', 'image/webp', 'image/webp'],
		['/a.png', 'IMAGE/PNG; charset=binary', 'image/png'],
		['/a.png', 'application/octet-stream', 'image/png'],
		['/a.png', 'binary/octet-stream', 'image/png'],
		['/a.png', 'text/plain', 'image/png'],
		['/a.png', '', 'image/png'],
		['/a.png', ' ; x', 'image/png'],
		['/a.png', 'png', 'image/png'],
		['/a.jpeg', undefined, 'image/jpeg'],
		['/a.JPG?x=.png', undefined, 'image/jpeg'],
		['/a.mp4', undefined, 'video/mp4'],
		['/a.flac', undefined, 'audio/flac'],
		['/a.txt', 'text/plain; charset=utf-8', 'text/plain'],
		['/a.xyz', undefined, undefined],
		['/a', undefined, undefined],
		['/a', 'application/octet-stream', undefined],
		['/a.constructor', undefined, undefined],
	])('at %s with the header %p and no known bytes is %p', (path, header, type) => {
		expect(mimeTypeOf(host + path, header, none)).toBe(type);
	});

	test('of an invalid link is not known', () => {
		expect(mimeTypeOf('https://', undefined, none)).toBeUndefined();
	});

	test.each([
		['\x89PNG\r\n\x1a\n', 'image/png'],
		['\xff\xd8\xff\xe0', 'image/jpeg'],
		['GIF89a', 'image/gif'],
		['RIFF\x00\x00\n\x00WEBPVP8 ', 'image/webp'],
		['RIFF\x00\x00\n\x00WAVEfmt ', 'audio/wav'],
		['\x00\x00\x00\x1cftypavif', 'image/avif'],
		['\x00\x00\x00\x18ftypmp42', 'video/mp4'],
		['\x00\x00\n\x18ftypisom', 'video/mp4'],
		['\x00\x00\x00\x14ftypqt  ', 'video/quicktime'],
		['\x00\x00\x00\x20ftypM4A ', 'audio/mp4'],
		['\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm', 'video/webm'],
		['\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska', 'video/x-matroska'],
		['OggS\x00', 'audio/ogg'],
		['fLaC\x00', 'audio/flac'],
		['ID3\x04', 'audio/mpeg'],
		['\xff\xfb\x90', 'audio/mpeg'],
		['II*\x00', 'image/tiff'],
		['v/1\x01', 'image/x-exr'],
		['glTF\x02', 'model/gltf-binary'],
		['%PDF-1.7', 'application/pdf'],
		['PK\x03\x04', 'application/zip'],
	])('that begins %p is %s, whatever its name says', (head, type) => {
		expect(mimeTypeOf(`${host}/a.gif`, undefined, bytes(head))).toBe(type);
		expect(mimeTypeOf(`${host}/a`, 'application/octet-stream', bytes(head))).toBe(type);
		expect(mimeTypeOf(`${host}/a`, 'image/x-own', bytes(head))).toBe('image/x-own');
	});
});

describe('what a link leads to', () => {
	const link = (kind: string, path: string) => ({ kind, url: host + path });

	test.each([
		['a web page', 'image', '/a.png', 'text/html; charset=utf-8', '<html>'],
		['a web page', 'image', '/a.png', 'image/png', '\r\n<!DOCTYPE html><title>'],
		['a web page', 'video', '/a', undefined, '<HTML lang="en">'],
		['a web page', 'file', '/a', 'text/html', 'whatever'],
		['JSON', 'image', '/a.png', 'application/json', '{}'],
		['JSON', 'audio', '/a.wav', 'application/octet-stream', ' {"error":'],
		['JSON', 'file', '/a.png', 'application/json; charset=utf-8', '{}'],
		['JSON', 'file', '/a.glb', undefined, '{"error":'],
		['a web page', 'file', '/a.mp4', undefined, '<html>'],
	])('is recognized as %s in a list of %s files: %s %p %p', (what, kind, path, header, head) => {
		expect(errorPageIn(link(kind, path), header, bytes(head))).toBe(what);
	});

	test.each([
		['image', '/a.png', 'image/png', '\x89PNG'],
		['image', '/a.svg', 'image/svg+xml', '<svg xmlns'],
		['file', '/report.html', 'text/html', '<!doctype html>'],
		['file', '/meta.json', 'application/json', '{"a":1}'],
		['file', '/a', 'application/json; charset=utf-8', '{}'],
		['image', '/meta.json', 'application/json', '{}'],
		['text', '/a.txt', 'text/plain', '{"a":1}'],
		['text', '/a.txt', undefined, '<html> is how a page begins'],
	])('is accepted as a file in a list of %s files: %s %p %p', (kind, path, header, head) => {
		expect(errorPageIn(link(kind, path), header, bytes(head))).toBeUndefined();
	});
});

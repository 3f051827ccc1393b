import fc from 'fast-check';

import { fileNameOf } from '../../../nodes/InstaSd/outputs/fileNames.ts';

const host = 'https://cdn.example.com';
const name = (path: string, mimeType?: string, kind = 'image', index = 0) =>
	fileNameOf(host + path, kind, index, mimeType);

describe('the name of a file', () => {
	test.each([
		['/outputs/a1/cat_00001_.png', 'cat_00001_.png'],
		['/cat.png?X-Amz-Signature=a/b&x=c.exe#d', 'cat.png'],
		['/my%20cat.png', 'my cat.png'],
		['/Gr%C3%BC%C3%9Fe%20%F0%9F%8E%A8.webp', 'Grüße 🎨.webp'],
		['/a.tar.gz', 'a.tar.gz'],
		['/100%.png', '100%.png'],
	])('comes from its link: %s', (path, expected) => {
		expect(name(path)).toBe(expected);
	});

	test.each([
		['/', undefined, 'image-1'],
		['', 'image/png', 'image-1.png'],
		['/outputs/', 'image/jpeg', 'image-1.jpg'],
		['/%2e%2e', 'image/png', 'image-1.png'],
		['/...', undefined, 'image-1'],
		['/%00%01', undefined, 'image-1'],
	])('of the link %p with %p is made up', (path, mimeType, expected) => {
		expect(name(path, mimeType)).toBe(expected);
	});

	test('that is made up tells the files of a task apart', () => {
		expect(name('/', 'video/mp4', 'video', 2)).toBe('video-3.mp4');
		expect(name('/', undefined, 'audio', 0)).toBe('audio-1');
	});

	test.each([
		['/view', 'image/png', 'view.png'],
		['/view', 'video/quicktime', 'view.mov'],
		['/v1.2 final', 'image/webp', 'v1.2 final.webp'],
		['/view', 'application/x-unknown', 'view'],
		['/view', undefined, 'view'],
		['/cat.png', 'image/jpeg', 'cat.png'],
		['/.png', 'image/png', 'png.png'],
		['/view', 'constructor', 'view'],
		['/view', '__proto__', 'view'],
	])('%s of type %p has the extension it should: %s', (path, mimeType, expected) => {
		expect(name(path, mimeType)).toBe(expected);
	});

	test.each([
		['/..%2f..%2fetc%2fpasswd', 'passwd'],
		['/..%5c..%5cwindows%5csystem.ini', 'system.ini'],
		['/%2Fetc%2Fshadow', 'shadow'],
		['/.htaccess', 'htaccess'],
		['/%20.bashrc', 'bashrc'],
		['/a%3Cb%3E%3A%22c%7C%3F%2A.png', 'abc.png'],
		['/a%0d%0ab.png', 'ab.png'],
		['/cat.png.%20.', 'cat.png'],
		['/photo%E2%80%AEgnp.exe', 'photognp.exe'],
		['/CON', '_CON'],
		['/nul.png', '_nul.png'],
		['/console.png', 'console.png'],
	])('of %s leads nowhere and breaks nothing', (path, expected) => {
		expect(name(path)).toBe(expected);
	});

	test("made up from a list's hostile name leads nowhere either", () => {
		expect(name('/', 'image/png', '../../etc/x')).toBe('etcx-1.png');
		expect(name('/', undefined, '')).toBe('file-1');
	});

	test('of a link that is none is made up, too', () => {
		expect(fileNameOf('https://', 'image', 0, 'image/png')).toBe('image-1.png');
	});

	test.each([
		['letters', 'x'],
		['Chinese', '提'],
		['emoji', '🎨'],
	])(
		'of many %s is cut to what every file system stores, and keeps its extension',
		(_what, letter) => {
			const cut = name(`/${encodeURIComponent(letter.repeat(500))}.png`);
			expect(cut).toMatch(/\.png$/);
			expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(255);
			expect(cut).toBe(`${letter.repeat(Math.floor(200 / Buffer.byteLength(letter)))}.png`);
		},
	);

	test('of a million dots is made at once', () => {
		expect(name(`/a${'.'.repeat(1_000_000)}x`)).toBe(`a${'.'.repeat(199)}.x`);
	});

	test('is safe, whatever the link', () => {
		const part = fc.string({ unit: 'binary', maxLength: 300 });
		const kind = fc.oneof(fc.constant('image'), part);
		fc.assert(
			fc.property(part, kind, fc.boolean(), (last, list, encode) => {
				const path = encode ? encodeURIComponent(last.replace(/\p{Cs}/gu, '')) : last;
				const made = fileNameOf(`${host}/x/${path}`, list, 0, 'image/png');
				expect(made).not.toBe('');
				expect(made).not.toMatch(/[/\\\p{Cc}<>:"|?*]|^\.|[. ]$/u);
				expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
			}),
			{ numRuns: 300 },
		);
	});
});

import fc from 'fast-check';

import { fileNameOf } from '../../../nodes/InstaSd/outputs/fileNames';

const host = 'https://cdn.example.com';
/** The name without the task's id, which every one of them has. */
const name = (path: string, mimeType?: string, kind = 'image', index = 0) =>
	fileNameOf({ url: host + path, kind }, { taskId: 't1', index }, mimeType).replace('-t1', '');

describe('the name of a file', () => {
	test.each([
		['/outputs/a1/cat_00001_.png', 'cat_00001_.png'],
		['/cat.png?X-Amz-Signature=a/b&x=c.exe#d', 'cat.png'],
		['/my%20cat.png', 'my cat.png'],
		['/Gr%C3%BC%C3%9Fe%20%F0%9F%8E%A8.webp', 'Grüße 🎨.webp'],
		['/100%.png', '100%.png'],
	])('comes from its link: %s', (path, expected) => {
		expect(name(path)).toBe(expected);
	});

	test.each([
		['/', undefined, 'image'],
		['', 'image/png', 'image.png'],
		['/outputs/', 'image/jpeg', 'image.jpg'],
		['/%2e%2e', 'image/png', 'image.png'],
		['/%00%01', undefined, 'image'],
	])('for the link %p of type %p is made up', (path, mimeType, expected) => {
		expect(name(path, mimeType)).toBe(expected);
	});

	test('differs between the tasks of a run and the files of a task, whatever the service calls them', () => {
		const link = { url: `${host}/view.png`, kind: 'image' };
		const names = ['a1', 'b2'].flatMap((taskId) =>
			[0, 1].map((index) => fileNameOf(link, { taskId, index }, 'image/png')),
		);
		expect(names).toEqual(['view-a1.png', 'view-a1-2.png', 'view-b2.png', 'view-b2-2.png']);
	});

	test('keeps the id of its task when the rest is too long', () => {
		const link = { url: `${host}/${'x'.repeat(400)}.png`, kind: 'image' };
		expect(fileNameOf(link, { taskId: 'a1', index: 1 }, undefined)).toMatch(/^x+-a1-2\.png$/);
	});

	test('that is made up is different for each file of a task', () => {
		expect(name('/', 'video/mp4', 'video', 2)).toBe('video-3.mp4');
		expect(name('/', undefined, 'audio', 0)).toBe('audio');
	});

	test.each([
		['/view', 'image/png', 'view.png'],
		['/v1.2 final', 'image/webp', 'v1.2 final.webp'],
		['/view', 'application/x-unknown', 'view'],
		['/view', undefined, 'view'],
		['/cat.png', 'image/jpeg', 'cat.png'],
		['/.png', 'image/png', 'png.png'],
		['/view', 'constructor', 'view'],
	])('%s of type %p has the extension it should: %s', (path, mimeType, expected) => {
		expect(name(path, mimeType)).toBe(expected);
	});

	test.each([
		['/..%2f..%2fetc%2fpasswd', 'passwd'],
		['/..%5c..%5cwindows%5csystem.ini', 'system.ini'],
		['/.htaccess', 'htaccess'],
		['/a%3Cb%3E%3A%22c%7C%3F%2A.png', 'abc.png'],
		['/a%0d%0ab.png', 'ab.png'],
		['/cat.png.%20.', 'cat.png'],
		['/photo%E2%80%AEgnp.exe', 'photognp.exe'],
		['/CON', '_CON'],
		['/nul.png', '_nul.png'],
	])('of %s stays in its folder', (path, expected) => {
		expect(name(path)).toBe(expected);
	});

	test("made up from a list's hostile name stays in its folder, too", () => {
		expect(name('/', 'image/png', '../../etc/x')).toBe('etcx.png');
		expect(name('/', undefined, '')).toBe('file');
	});

	test('of an invalid link is made up, too', () => {
		const place = { taskId: 't1', index: 0 };
		expect(fileNameOf({ url: 'https://', kind: 'image' }, place, 'image/png')).toBe('image-t1.png');
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
			expect(cut).toBe(`${letter.repeat(Math.floor(197 / Buffer.byteLength(letter)))}.png`);
		},
	);

	test('of a million dots takes no time', () => {
		expect(name(`/a${'.'.repeat(1_000_000)}x`)).toBe(`a${'.'.repeat(196)}.x`);
	});

	test('is safe, whatever the link', () => {
		const part = fc.string({ unit: 'binary', maxLength: 300 });
		const kind = fc.oneof(fc.constant('image'), part);
		fc.assert(
			fc.property(part, kind, part, fc.boolean(), (last, list, taskId, encode) => {
				const path = encode ? encodeURIComponent(last.replace(/\p{Cs}/gu, '')) : last;
				const link = { url: `${host}/x/${path}`, kind: list };
				const made = fileNameOf(link, { taskId, index: 0 }, 'image/png');
				expect(made).not.toBe('');
				expect(made).not.toMatch(/[/\\\p{Cc}<>:"|?*]|^\.|[. ]$/u);
				expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
			}),
			{ numRuns: 300 },
		);
	});
});

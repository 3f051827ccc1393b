import { acceptFile, needsValue } from '../../../nodes/InstaSd/inputs/acceptValue';
import type { InputType } from '../../../nodes/InstaSd/inputs/inputTypes';
import { emptyItem, imageUrl, input, itemWith, refusalOf } from './support.mts';

/** The first bytes of real files, and as much again as makes them longer than a word. */
const beginnings: Record<string, number[] | string> = {
	png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13],
	jpeg: [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46],
	'gif 87a': 'GIF87a',
	'gif 89a': 'GIF89a',
	webp: 'RIFF\x24\0\0\0WEBPVP8 ',
	bmp: 'BM\x36\0\0\0',
	'tiff (little-endian)': 'II*\0\x08\0\0\0',
	'tiff (big-endian)': 'MM\0*\0\0\0\x08',
	avif: '\0\0\0\x1cftypavif',
	heic: '\0\0\0\x18ftypheic',
	mp4: '\0\0\0\x20ftypisom',
	webm: [0x1a, 0x45, 0xdf, 0xa3, 0x9f],
	pdf: '%PDF-1.7\n',
	zip: 'PK\x03\x04\x14\0',
	ogg: 'OggS\0\x02',
	mp3: 'ID3\x04\0\0',
	flac: 'fLaC\0\0\0\x22',
};
const fileOf = (beginning: number[] | string, length = 100) =>
	Buffer.concat([
		typeof beginning === 'string' ? Buffer.from(beginning, 'latin1') : Buffer.from(beginning),
		Buffer.alloc(length, 0xa5),
	]).toString('base64');
const png = fileOf(beginnings.png ?? '');

const accept = (given: unknown, item = emptyItem, type: InputType = 'image') =>
	acceptFile(input({ title: 'Load Image', type }), given, item);
const sent = (value: string) => ({ kind: 'value', value });
const refuse = (given: unknown, item = emptyItem, type: InputType = 'image') =>
	refusalOf(() => accept(given, item, type));

describe('a link', () => {
	test.each([imageUrl, `  ${imageUrl}\n`, 'http://10.0.0.1/x?y=z#1', 'HTTPS://EXAMPLE.COM/A'])(
		'%p goes as it is',
		(given) => {
			expect(accept(given)).toEqual(sent(given.trim()));
		},
	);

	test('wins over a file of that very name', () => {
		expect(accept(imageUrl, itemWith({ [imageUrl]: 10 }))).toEqual(sent(imageUrl));
	});
});

describe('a data: URL', () => {
	test.each([
		`data:image/png;base64,${png}`,
		`DATA:image/png;charset=utf-8;BASE64,${png}`,
		`data:;base64,${png.slice(0, 40)}\n${png.slice(40)}`,
		`  data:image/png;base64, ${png} `,
	])('loses its prefix and its spaces', (given) => {
		expect(accept(given)).toEqual(sent(png));
	});

	test('may be short and of any kind', () => {
		expect(accept('data:text/plain;base64,aGk=', emptyItem, 'file')).toEqual(sent('aGk='));
	});

	test.each([
		'data:image/png,raw',
		'data:image/png;base64,',
		'data:image/png;base64,a cat!',
		'data:',
	])('%p is refused', (given) => {
		expect(refuse(given).message).toContain(
			"takes a link, or the name of one of the item's files, not '",
		);
	});
});

describe('a file of the item', () => {
	test('is found by its name, and not read', () => {
		expect(accept(' photo ', itemWith({ photo: 1234 }))).toMatchObject({
			kind: 'file',
			file: { field: 'photo', bytes: 1234 },
			sendAs: 'base64',
		});
	});

	test('may have a name that looks like a word, or like base64', () => {
		const name = png.slice(0, 64);
		const item = itemWith({ data: 1, [name]: 2 });
		expect(accept('data', item)).toMatchObject({ file: { field: 'data' } });
		expect(accept(name, item)).toMatchObject({ file: { field: name } });
	});

	test('goes as a link where that was chosen', () => {
		expect(accept('data', itemWith({ data: 1 }, 'url'))).toMatchObject({ sendAs: 'url' });
	});

	test('that the item does not have is refused with those it has', () => {
		const { message, description } = refuse('Data', itemWith({ data: 1, 'second file': 2 }));
		expect(message).toBe(
			"Input 'Load Image' takes a link, or the name of one of the item's files, not 'Data'",
		);
		expect(description).toContain("'data', 'second file'");
		expect(refuse('data').description).toContain('The item has no files.');
	});
});

test("a file's own name in place of its field's is refused with what to write", () => {
	const { description } = refuse(' photo.png ', itemWith({ data: 1, photo: 2 }));
	expect(description).toContain("Write 'photo' here");
	expect(refuse('mask.png', itemWith({ photo: 2 })).description).not.toContain('Write');
});

describe('base64', () => {
	test.each(Object.entries(beginnings))('of a %s is recognised', (_format, beginning) => {
		const base64 = fileOf(beginning);
		expect(accept(base64, emptyItem, 'file')).toEqual(sent(base64));
		expect(needsValue(input({ type: 'file', sample: base64 }))).toBe(false);
	});

	test('counts from 64 characters on', () => {
		expect(accept(png.slice(0, 64))).toEqual(sent(png.slice(0, 64)));
		expect(refuse(png.slice(0, 60)).message).toContain('takes a link');
	});

	test('may be wrapped, as command line tools print it', () => {
		const wrapped = `${png.slice(0, 76)}\r\n${png.slice(76)}\r\n`;
		expect(accept(wrapped)).toEqual(sent(png));
	});

	test.each([
		['a word', 'Qk'],
		['a long word', `Qk${'x'.repeat(40)}`],
		['a prompt', 'a cat with a hat on the mat, seen from above, in the style of an old master'],
		['a prompt that begins like a file', `Qkxyz, ${'a cat, '.repeat(20)}`],
		['no known format', Buffer.alloc(100, 7).toString('base64')],
		['broken base64', `${png.slice(0, 80)}!${png.slice(81)}`],
		['padding in the middle', `${png}==${png}`],
		['too much padding', `${png.replace(/=+$/, '')}====`],
		['a path', '/home/me/cat.png'],
		['an ftp address', 'ftp://example.com/cat.png'],
		['a link with a space', 'https://example.com/my cat.png'],
	])('%s is refused', (_what, given) => {
		expect(refuse(given).message).toContain("takes a link, or the name of one of the item's files");
		expect(needsValue(input({ type: 'image', sample: given as never }))).toBe(true);
	});

	test('of a large file is judged at once, and so is what only looks like it', () => {
		expect(accept(fileOf(beginnings.png ?? '', 3_000_000))).toMatchObject({ kind: 'value' });
		refuse(`iVBORw0KGgo${' '.repeat(300_000)}!`);
		for (const part of ['x', ';x', ';base64']) refuse(`data:${part.repeat(300_000)}`);
	});
});

test('what is neither text nor file is refused', () => {
	for (const given of [5, true, {}, ['data'], { data: 'x' }]) {
		expect(refuse(given, itemWith({ data: 1 })).message).toContain('takes a link');
	}
});

describe('a video', () => {
	const video = (given: unknown, item = emptyItem) => accept(given, item, 'video');

	test('goes as a link', () => {
		expect(video('https://example.com/a.mp4')).toEqual(sent('https://example.com/a.mp4'));
		expect(video('data', itemWith({ data: 1 }, 'url'))).toMatchObject({
			kind: 'file',
			sendAs: 'url',
		});
	});

	test.each([
		['data', itemWith({ data: 1 })],
		[`data:video/mp4;base64,${fileOf(beginnings.mp4 ?? '')}`, emptyItem],
		[fileOf(beginnings.mp4 ?? ''), itemWith({}, 'url')],
	])('is refused as data, with the way out', (given, item) => {
		const { message, description } = refuse(given, item, 'video');
		expect(message).toContain('takes a video as a link, not as a file');
		expect(description).toContain("'Send Files As' to 'Signed Link'");
	});

	test('is asked for as a link only', () => {
		expect(refuse('cat', emptyItem, 'video').message).toContain("takes a link, not 'cat'");
	});
});

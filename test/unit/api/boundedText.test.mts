import { readBoundedText } from '../../../nodes/InstaSd/api/boundedText.ts';

const most = { bytes: 1000, values: 20, keys: 10 };

/** A body in parts of so many bytes, and how many of them were taken. */
function bodyOf(text: string, size = 7) {
	const bytes = Buffer.from(text);
	const seen = { parts: 0, isClosed: false };
	async function* parts() {
		try {
			for (let from = 0; from < bytes.length; from += size) {
				seen.parts += 1;
				yield bytes.subarray(from, from + size);
			}
		} finally {
			seen.isClosed = true;
		}
	}
	return { body: parts(), seen };
}

test.each(['', 'a', '{"a":[1,2,{"b":"c"}]}', 'ä提😀'.repeat(50), '\uFEFF{"a":1}'])(
	'%j is read to its end, however it is cut',
	async (text) => {
		for (const size of [1, 2, 3, 1000]) {
			const { body } = bodyOf(text, size);
			expect(await readBoundedText(body, most)).toEqual({
				text: text.replace('\uFEFF', ''),
				isWhole: true,
			});
		}
	},
);

test.each([
	['bytes', 'x'.repeat(100_000), 1000],
	['values in a list', `[${'1,'.repeat(100_000)}`, 50],
	['empty values', '[]'.repeat(100_000), 50],
	['objects in each other', '{"a":'.repeat(100_000), 60],
	['names of fields', `{${'"a" \n:1,'.repeat(100_000)}`, 100],
])('too many %s close the connection, and what came before is kept', async (_, text, about) => {
	const { body, seen } = bodyOf(text);
	const received = await readBoundedText(body, most);
	expect(received.isWhole).toBe(false);
	expect(text.startsWith(received.text)).toBe(true);
	expect(received.text.length).toBeLessThanOrEqual(about + 7);
	expect(seen).toEqual({ parts: Math.ceil(received.text.length / 7), isClosed: true });
});

test('signs that are no JSON are not counted', async () => {
	const { body } = bodyOf('https://a.test:80/b; '.repeat(40));
	expect((await readBoundedText(body, most)).isWhole).toBe(true);
});

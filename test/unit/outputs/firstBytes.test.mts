import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Body, readFirstBytes } from '../../../nodes/InstaSd/outputs/downloadStream';

const wanted = 8;
const whole = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');
const contentOf = async (body: Body) => (Buffer.isBuffer(body) ? body : await buffer(body));

test.each([
	['in one piece', [whole]],
	['byte by byte', [...whole].map((byte) => Buffer.from([byte]))],
	['with an empty piece', [whole.subarray(0, 3), Buffer.alloc(0), whole.subarray(3)]],
])(
	'the first bytes of a body that comes %s is read, and the body stays whole',
	async (_, pieces) => {
		const read = await readFirstBytes(Readable.from(pieces, { objectMode: false }), wanted);
		expect(read.firstBytes).toEqual(whole.subarray(0, wanted));
		expect(await contentOf(read.body)).toEqual(whole);
	},
);

test('nothing is lost while the reader takes its time', async () => {
	const body = new PassThrough();
	const reading = readFirstBytes(body, wanted);
	body.write(whole.subarray(0, 20));
	const read = await reading;
	body.end(whole.subarray(20));
	await new Promise((resolve) => setImmediate(resolve));
	expect(await contentOf(read.body)).toEqual(whole);
});

test.each([
	['shorter than the first bytes', whole.subarray(0, 5)],
	['as long as the first bytes', whole.subarray(0, wanted)],
	['empty', Buffer.alloc(0)],
])('a body that is %s is whole too', async (_, content) => {
	const body = new PassThrough();
	body.end(content);
	const read = await readFirstBytes(body, wanted);
	expect(read.firstBytes).toEqual(content);
	expect(await contentOf(read.body)).toEqual(content);
});

test('a body that n8n holds already is left as it is', async () => {
	expect(await readFirstBytes(whole, wanted)).toEqual({
		firstBytes: whole.subarray(0, wanted),
		body: whole,
	});
});

test.each([
	['an error', (body: PassThrough) => body.destroy(new Error('cut off')), 'cut off'],
	['no word', (body: PassThrough) => body.destroy(), 'the connection was closed'],
])('a body that ends with %s before its first bytes is refused', async (_, end, message) => {
	const body = new PassThrough();
	const reading = readFirstBytes(body, wanted);
	body.write('012');
	end(body);
	await expect(reading).rejects.toThrow(message);
});

test('a body that has ended badly before anybody looks at it is refused', async () => {
	const body = new PassThrough();
	body.destroy();
	await new Promise((resolve) => setImmediate(resolve));
	await expect(readFirstBytes(body, wanted)).rejects.toThrow('the connection was closed');
});

test('an error before anybody else listens does not end the process', async () => {
	const body = new PassThrough();
	body.write(whole);
	await readFirstBytes(body, wanted);
	expect(() => body.emit('error', new Error('stopped'))).not.toThrow();
});

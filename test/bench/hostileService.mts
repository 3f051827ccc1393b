import { createServer } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { limits } from '../../nodes/InstaSd/api/limits.ts';

/**
 * A service that answers each path with its reply, in a process of its own: its memory is not n8n's. It tells its parent
 * where it is.
 */
const truth = '{"task_id":"x","status":"IN_PROGRESS"';
const { bytes, values } = limits.reply;
const half = values / 2 - 20;
const times = (count: number, of: (index: number) => string) =>
	Array.from({ length: count }, (_, index) => of(index)).join(',');
const mebibytes = (count: number) => Buffer.alloc(count * 1024 ** 2, 'x');

const replies: Record<string, () => { body: Buffer; encoding?: string; repeat?: number }> = {
	'a usual one': () => ({ body: Buffer.from(`${truth}}`) }),
	'a gzip bomb, 1 GB in 1 MB': () => {
		const gigabyte = Buffer.concat([Buffer.from(`${truth},"x":"`), mebibytes(1000)]);
		return { body: gzipSync(gigabyte), encoding: 'gzip' };
	},
	'a brotli bomb, 1 GB': () => {
		const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
		return { body: brotliCompressSync(mebibytes(1000), { params }), encoding: 'br' };
	},
	'700 MB as they are': () => ({ body: mebibytes(1), repeat: 700 }),
	'5 MB, half of it escapes': () => ({
		body: Buffer.from(`${truth},"x":"${'\\u0061ä'.repeat((bytes - 100) / 8)}"}`),
	}),
	'1.6 million objects and a backslash': () => ({
		body: Buffer.from(`${truth},"a":"\\n","x":[${'{},'.repeat(1_600_000)}1]}`),
	}),
	'as many objects as are read': () => ({
		body: Buffer.from(`${truth},"a":"\\n","x":[${'{},'.repeat(half)}1]}`),
	}),
	'as many names as are read': () => ({
		body: Buffer.from(`${truth},${times(half, (index) => `"k${index}_urls":[]`)}}`),
	}),
	'as many links as are read': () => ({
		body: Buffer.from(
			`${truth},"image_urls":[${times(values - 20, (n) => `"http://f.test/${n}"`)}]}`,
		),
	}),
	'the most of everything at once': () => ({
		body: Buffer.from(
			`${truth},"a":"${'提x'.repeat(200_000)}",${times(half, (n) => `"k${n}":1`)},"image_urls":[${times(half, (n) => `"http://f/${n}"`)}]}`,
		),
	}),
	'lists in lists': () => ({
		body: Buffer.from(`${truth},"x":${'['.repeat(values - 10)}${']'.repeat(values - 10)}}`),
	}),
};
const made = new Map<string, ReturnType<(typeof replies)[string]>>();

const server = createServer(async ({ url = '' }, response) => {
	const name = decodeURIComponent(url.split('/').pop() ?? '');
	const reply = made.get(name) ?? replies[name]?.();
	if (reply === undefined) return response.writeHead(404).end();
	made.set(name, reply);
	const { body, encoding, repeat = 1 } = reply;
	response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding });
	for (let part = 0; part < repeat && !response.destroyed; part++) {
		if (response.write(body)) continue;
		await new Promise<void>((resolve) => {
			response.once('drain', resolve).once('close', resolve);
		});
	}
	return response.end();
});
server.listen(0, '127.0.0.1', () => {
	process.send?.({ address: server.address(), names: Object.keys(replies) });
});

import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { limits } from '../nodeTime.mts';

/** A reply as a hostile service, or a broken proxy, may send it. */
export interface RawReply {
	readonly shape: Shape;
	readonly compression: Compression;
	/** Whether its length is told in advance. */
	readonly hasLength: boolean;
	/** What comes after its bytes. */
	readonly ending: 'left open' | 'drips';
}

const most = limits.reply;
const truth = '"task_id":"task-of-the-raw-service","status":"IN_PROGRESS"';
const failed = (error: string) => `{${truth.replace('IN_PROGRESS', 'FAILED')},"error":${error}}`;
const numbered = (count: number, of: (index: number) => string) =>
	Array.from({ length: count }, (_, index) => of(index)).join(',');
const nested = (open: string, close: string) => `${open.repeat(150_000)}1${close.repeat(150_000)}`;

/** What can be in a reply; the token stands for itself. */
const shapes = {
	'a task': () => `{${truth}}`,
	'the token in names': (token) => failed(`[{"a ${token}":"${token}"}]`),
	'the token in escapes': (token) => {
		const escaped = token.replace(/./g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
		return failed(`"no ${escaped}"`);
	},
	'a page': (token) => `<html>\\"${token}\\"${'&nbsp;'.repeat(10_000)}</html>`,
	nothing: () => '',
	'odd names': () => `{${truth},"__proto__":{"a":1},"constructor":"\ud83d","error":{}}`,
	'many numbers': () => `{${truth},"x":[${'1,'.repeat(4_000_000)}1]}`,
	'many objects, an escape': () => `{${truth},"a":"\\n","x":[${'{},'.repeat(1_600_000)}1]}`,
	'many names': () => `{${truth},${numbered(400_000, (index) => `"k${index}":1`)}}`,
	'many lists of links': () => `{${truth},${numbered(400_000, (index) => `"${index}_urls":[]`)}}`,
	'a long list of links': () =>
		`{${truth},"image_urls":[${numbered(100_000, (index) => `"https://f.test/${index}"`)}]}`,
	'links in an object': () =>
		`{${truth},"image_urls":{${numbered(5_000, (index) => `"${index}":"https://f.test/${index}"`)}}}`,
	'just short enough': () => `{${truth},"x":"${'\\u0061'.repeat(most.bytes / 6 - 20)}"}`,
	'just too long': () => `{${truth},"x":"${'x'.repeat(most.bytes)}"}`,
	'much too long': () => `{${truth},"x":"${'x'.repeat(60_000_000)}"}`,
	'deep lists': () => `{${truth},"x":${nested('[', ']')}}`,
	'deep objects': () => `{${truth},"x":${nested('{"a":', '}')}}`,
} as const satisfies Record<string, (token: string) => string>;
type Shape = keyof typeof shapes;

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const compressions = {
	none: { header: undefined, pack: (body) => body },
	gzip: { header: 'gzip', pack: (body) => gzipSync(body, { level: 1 }) },
	deflate: { header: 'deflate', pack: (body) => deflateSync(body, { level: 1 }) },
	'raw deflate': { header: 'deflate', pack: (body) => deflateRawSync(body, { level: 1 }) },
	br: { header: 'br', pack: (body) => brotliCompressSync(body, quick) },
	'gzip that is none': { header: 'gzip', pack: (body) => body },
	'br that is none': { header: 'br', pack: (body) => body },
	unknown: { header: 'zip', pack: (body) => body },
} as const satisfies Record<string, { header: string | undefined; pack: (body: Buffer) => Buffer }>;
type Compression = keyof typeof compressions;

const namesOf = <Name extends string>(record: Record<Name, unknown>): Name[] => {
	const all: Name[] = [];
	for (const name in record) all.push(name);
	return all;
};
export const shapeNames = namesOf(shapes);

/** The token of the tests. */
export const token = 'tok-9f/8e+7d_6c.5b';

/** The bytes of a reply, and whether they are a whole one, after which nothing more is expected. */
export function wireOf({ shape, compression, hasLength }: RawReply) {
	const { header, pack } = compressions[compression];
	const body = pack(Buffer.from(shapes[shape](token)));
	const lines = [
		'HTTP/1.1 200 Whatever',
		'content-type: application/json',
		...(header === undefined ? [] : [`content-encoding: ${header}`]),
		...(hasLength ? [`content-length: ${body.length}`] : []),
	];
	return { head: `${lines.join('\r\n')}\r\n\r\n`, body, hasEnd: hasLength };
}

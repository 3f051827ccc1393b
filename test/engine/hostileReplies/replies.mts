import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { limits } from '../../../nodes/InstaSd/api/limits.ts';

/** A reply as a hostile service, or a broken proxy, may send it. */
export interface HostileReply {
	readonly status: number;
	readonly shape: Shape;
	readonly json: unknown;
	readonly compression: Compression;
	/** Whether its length is told in advance. */
	readonly hasLength: boolean;
	/** Of its bytes on the wire so much is sent, from 0 to 1. */
	readonly sent: number;
	/** What comes after that. */
	readonly ending: 'left open' | 'closed' | 'reset' | 'drips';
}

const most = limits.reply;
const truth = '"task_id":"task-of-the-raw-service","status":"IN_PROGRESS"';
const numbered = (count: number, of: (index: number) => string) =>
	Array.from({ length: count }, (_, index) => of(index)).join(',');
const nested = (open: string, close: string) => `${open.repeat(150_000)}1${close.repeat(150_000)}`;

/** What can be in a reply; the token stands for itself. */
const shapes = {
	json: (json, token) =>
		JSON.stringify({ more: json }).replaceAll('TOKEN', token).replace('{', `{${truth},`),
	'json alone': (json, token) => JSON.stringify(json).replaceAll('TOKEN', token),
	'the token in escapes': (_, token) => {
		const escaped = token.replace(/./g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
		return `{${truth},"${escaped}":["${escaped}"],"error":"no ${escaped}"}`;
	},
	page: (_, token) => `<html>\\"${token}\\"${'&nbsp;'.repeat(10_000)}</html>`,
	nothing: () => '',
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
} as const satisfies Record<string, (json: unknown, token: string) => string>;
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

const names = <Name extends string>(record: Record<Name, unknown>): Name[] => {
	const all: Name[] = [];
	for (const name in record) all.push(name);
	return all;
};
const often = <T,>(usual: T, ...others: T[]) =>
	fc.oneof(fc.constant(usual), fc.constantFrom(usual, ...others));

/** Text with what the reading of it might trip over; `TOKEN` becomes the token. */
const words = fc.constantFrom('TOKEN', 'a TOKEN', '\\', '"', '\u0000', '提示', '😀', '\ud83d', '');
const fieldNames = fc.constantFrom(
	...['task_id', 'status', 'error', 'image_urls', 'audio_urls', '__proto__', 'constructor'],
	...['toString', 'TOKEN', '_files', 'estimated_steps'],
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
	json: fc.oneof(
		{ maxDepth: 4 },
		fc.oneof(words, fc.double(), fc.constantFrom(null, true, 9e15, 'COMPLETED', 'FAILED')),
		fc.array(tie('json'), { maxLength: 4 }),
		fc.dictionary(fieldNames, tie('json'), { maxKeys: 5 }),
	),
}));

/** Any reply; none of these statuses lets a submit be sent again. */
export const hostileReplies: fc.Arbitrary<HostileReply> = fc.record({
	status: often(200, 201, 204, 302, 401, 404, 413, 422, 500, 503),
	shape: fc.oneof(fc.constant<Shape>('json'), fc.constantFrom(...names(shapes))),
	json,
	compression: fc.constantFrom(...names(compressions)),
	hasLength: fc.boolean(),
	sent: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
	ending: often('left open', 'closed', 'reset', 'drips'),
});

/** Made once: the token of the tests. */
export const token = 'tok-9f/8e+7d_6c.5b';
const made = new Map<string, Buffer>();

/** The bytes of a reply, and whether they are a whole one, after which nothing more is expected. */
export function wireOf(reply: HostileReply): { head: string; body: Buffer; hasEnd: boolean } {
	const { status, shape, compression, hasLength, sent, json } = reply;
	const { header, pack } = compressions[compression];
	const isMade = shape !== 'json' && shape !== 'json alone';
	const key = `${shape} ${compression}`;
	const packed =
		(isMade ? made.get(key) : undefined) ?? pack(Buffer.from(shapes[shape](json, token) ?? ''));
	if (isMade) made.set(key, packed);
	const hasBody = status !== 204;
	const lines = [
		`HTTP/1.1 ${status} Whatever`,
		'content-type: application/json',
		...(header === undefined ? [] : [`content-encoding: ${header}`]),
		...(hasLength ? [`content-length: ${packed.length}`] : []),
	];
	return {
		head: `${lines.join('\r\n')}\r\n\r\n`,
		body: hasBody ? packed.subarray(0, Math.ceil(sent * packed.length)) : Buffer.alloc(0),
		hasEnd: !hasBody || (sent === 1 && hasLength),
	};
}

import { Failure } from '../../../nodes/InstaSd/api/failures';
import { limits } from '../../../nodes/InstaSd/api/limits';
import {
	bodyOf,
	bodyTooLarge,
	plannedBytes,
	prepareRequest,
	randomInteger,
} from '../../../nodes/InstaSd/inputs/body';
import type { PlannedInput, PlannedValue } from '../../../nodes/InstaSd/inputs/inputTypes';
import fc from 'fast-check';

const planned = (
	id: string,
	value: PlannedValue,
	title: string | undefined = id,
): PlannedInput => ({
	id,
	title,
	name: `'${title}'`,
	value,
});
const file = (bytes: number, sendAs: 'base64' | 'url' = 'base64'): PlannedValue => ({
	kind: 'file',
	file: { field: 'data', bytes, binary: { data: '', mimeType: 'image/png' } },
	sendAs,
	mayBeText: false,
});
const value = (given: unknown): PlannedValue => ({ kind: 'value', value: given });
const seed = (asText = false): PlannedValue => ({ kind: 'seed', asText });

describe('filling in', () => {
	const inputs = [
		planned('s1', seed(), 'Seed'),
		planned('p', value('a cat'), 'Prompt'),
		planned('s2', seed(true), 'Seed 2'),
		planned('i', file(3), 'Image'),
		{ ...planned('x', value(null)), title: undefined },
	];

	const prepared = (seeds?: number[]) => prepareRequest(inputs, () => 0, seeds);

	test('puts seeds in their order, as number or text, and a description in place of a file', () => {
		expect(prepared([1, 2]).sent).toEqual({
			s1: { title: 'Seed', value: 1 },
			p: { title: 'Prompt', value: 'a cat' },
			s2: { title: 'Seed 2', value: '2' },
			i: { title: 'Image', value: "(base64 of 'data', 3 bytes)" },
			x: { value: null },
		});
	});

	test('sends each file by its input', () => {
		const { inputs: sent } = JSON.parse(bodyOf(prepared(), new Map([['i', 'QUJD']])));
		expect(sent).toMatchObject({ p: { value: 'a cat' }, i: { title: 'Image', value: 'QUJD' } });
	});

	test('uses the seeds it is given: a retry sends the same', () => {
		const seeds = [1, 2];
		expect(prepared(seeds)).toEqual(prepared(seeds));
		expect(prepared(seeds).seeds).toEqual([1, 2]);
	});

	test('keeps ids that JavaScript keeps for itself', () => {
		const hidden = [planned('__proto__', value(1)), planned('constructor', value(2))];
		expect(
			bodyOf(
				prepareRequest(hidden, () => 0),
				new Map(),
			),
		).toBe(
			'{"inputs":{"__proto__":{"title":"__proto__","value":1},"constructor":{"title":"constructor","value":2}}}',
		);
	});

	test('draws one seed for each input that wants one, each within its title', () => {
		let drawn = 100;
		const range = planned('s3', seed(), 'Seed (0-9)');
		expect(prepareRequest([...inputs, range], () => drawn++).seeds).toEqual([100, 101, 2]);
	});
});

describe('the size of a body', () => {
	const hostile = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.constantFrom('\u2028"\\\n', '🎨'.repeat(9), '\uD800', '\0'.repeat(9), ''),
	);
	const anyValue = fc.oneof<fc.Arbitrary<PlannedValue>[]>(
		fc.jsonValue().map(value),
		hostile.map(value),
		fc.boolean().map(seed),
		fc.nat(5000).map((bytes) => file(bytes)),
		fc.nat(5000).map((bytes) => file(bytes, 'url')),
	);
	const anyPlan = fc.uniqueArray(
		fc
			.tuple(hostile, fc.option(hostile, { nil: undefined }), anyValue)
			.map(([id, title, given]) => ({ id, title, name: `'${id}'`, value: given })),
		{ selector: ({ id }) => id, maxLength: 40 },
	);

	test('is never planned too small, and hardly too large', () => {
		fc.assert(
			fc.property(anyPlan, (inputs) => {
				const contents = new Map(
					inputs.flatMap(({ id, value: given }) =>
						given.kind === 'file'
							? [
									[
										id,
										given.sendAs === 'url'
											? `https://${'l'.repeat(480)}`
											: Buffer.alloc(given.file.bytes).toString('base64'),
									],
								]
							: [],
					),
				);
				const real = Buffer.byteLength(bodyOf(prepareRequest(inputs, randomInteger), contents));
				expect(plannedBytes(inputs)).toBeGreaterThanOrEqual(real);
				expect(plannedBytes(inputs)).toBeLessThanOrEqual(real + 20 + inputs.length * 45);
			}),
			{ numRuns: 300 },
		);
	});

	test('holds the longest seed', () => {
		const inputs = [planned('a', seed(true)), planned('b', seed())];
		const longest = prepareRequest(inputs, () => Number.MAX_SAFE_INTEGER);
		const real = bodyOf(longest, new Map());
		expect(plannedBytes(inputs)).toBeGreaterThanOrEqual(real.length);
	});

	test('counts a file as base64, and a link to it as a link', () => {
		expect(plannedBytes([planned('i', file(7_500_000))])).toBeGreaterThan(limits.requestBytes);
		expect(plannedBytes([planned('i', file(7_499_000))])).toBeLessThan(limits.requestBytes);
		expect(plannedBytes([planned('i', file(1e9, 'url'))])).toBeLessThan(1000);
	});
});

describe('a body that is too large', () => {
	const refusal = (inputs: PlannedInput[]) => bodyTooLarge(inputs, plannedBytes(inputs));

	test('is refused with the inputs that make it so, the largest first, and the way out', () => {
		const failure = refusal([
			planned('p1', value('a cat'), 'Prompt'),
			planned('i1', file(3_000_000), 'Load Image'),
			{ ...planned('i2', file(6_000_000)), title: undefined },
		]);
		expect(failure).toBeInstanceOf(Failure);
		expect(failure.details.code).toBe('PAYLOAD_TOO_LARGE');
		expect(failure.message).toBe(
			"The request would be 12.0 MB, but the service accepts at most 10 MB ('i2': 8.0 MB, 'Load Image': 4.0 MB)",
		);
		expect(failure.details.description).toMatch(/public link.*'Send Files As' to 'Signed Link'/);
		expect(failure.retryable).toBe(false);
	});

	test('names an input also where many small ones make it so, and never hundreds', () => {
		const many = Array.from({ length: 200 }, (_, index) =>
			planned(`p${index}`, value('x'.repeat(60_000))),
		);
		expect(refusal(many).message).toContain("('p0': 0.1 MB)");
		const large = Array.from({ length: 200 }, (_, index) => planned(`p${index}`, file(100_000)));
		expect(refusal(large).message.length).toBeLessThan(250);
	});
});

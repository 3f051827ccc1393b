import { acceptValue } from '../../../nodes/InstaSd/inputs/acceptValue';
import type { KnownInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { emptyItem, input, refusalOf } from './support.mts';

type Described = Partial<KnownInput>;
const accept = (described: Described, given: NonNullable<unknown>) =>
	acceptValue(input(described), given, emptyItem);
const refuse = (described: Described, given: NonNullable<unknown>) => {
	const { message, description } = refusalOf(() => accept({ title: 'Width', ...described }, given));
	expect(message).toContain("'Width' ");
	expect(description).not.toBe('');
	return message;
};
const sent = (value: unknown) => ({ kind: 'value', value });

const number = { type: 'number', sample: 880 } as const;
const integer = { type: 'integer', sample: 5 } as const;

describe('a number', () => {
	test.each([
		[880, 880],
		[0, 0],
		[-1.5, -1.5],
		['880', 880],
		[' 12 ', 12],
		['-0.25', -0.25],
		['1e3', 1000],
		['007', 7],
		[Number.MAX_SAFE_INTEGER, 9007199254740991],
		['9007199254740991', 9007199254740991],
		['-9007199254740991', -9007199254740991],
		[1e-300, 1e-300],
	])('%p is sent as %p', (given, value) => {
		expect(accept(number, given)).toEqual(sent(value));
	});

	test.each([
		'twelve',
		'12px',
		'0x10',
		'1,5',
		'1 000',
		'Infinity',
		'NaN',
		'1e400',
		'.',
		Infinity,
		true,
		{ n: 1 },
		[1],
		10n,
	])('%p is refused, and shown', (given) => {
		const message = refuse(number, given);
		expect(message).toContain('takes a number');
		const shown = typeof given === 'object' ? JSON.stringify(given) : String(given);
		expect(message).toContain(shown);
	});

	test.each([2 ** 53, -(2 ** 53), '9007199254740992', '9007199254740993', 1e300, '1e21'])(
		'%p is refused, because it would be rounded',
		(given) => {
			expect(refuse(number, given)).toContain('too large to be sent exactly');
		},
	);

	test('that has to be whole is refused with a fraction', () => {
		expect(accept(integer, '12.0')).toEqual(sent(12));
		expect(refuse(integer, 12.5)).toContain('takes a whole number, not 12.5');
	});

	test('goes as text where the example has it as text', () => {
		expect(accept({ type: 'number', sample: '2' }, 3)).toEqual(sent('3'));
		expect(accept({ type: 'number', sample: '2' }, ' 0.30 ')).toEqual(sent('0.30'));
		expect(accept({ type: 'integer', sample: '2' }, '12.0')).toEqual(sent('12'));
		expect(refuse({ type: 'number', sample: '2' }, 'x')).toContain('takes a number');
	});
});

describe('true or false', () => {
	const boolean = { type: 'boolean', sample: false } as const;
	test.each([
		[true, true],
		[false, false],
		['true', true],
		[' False ', false],
		['TRUE', true],
		['yes', true],
		[' Off ', false],
		[1, true],
		['0', false],
	])('%p is sent as %p', (given, value) => {
		expect(accept(boolean, given)).toEqual(sent(value));
	});

	test.each([2, 'y', 'enable', '', ['true'], {}])('%p is refused', (given) => {
		expect(refuse(boolean, given)).toContain(' true or false');
	});

	test('goes as text where the example has it as text', () => {
		expect(accept({ type: 'boolean', sample: 'true' }, false)).toEqual(sent('false'));
	});
});

describe('a choice', () => {
	const choice = { type: 'options', sample: 'a', options: ['a', 2, true, '2'] } satisfies Described;
	test.each([
		['a', 'a'],
		[2, 2],
		['2', '2'],
		['true', true],
		[true, true],
	])('%p is sent as the option %p', (given, value) => {
		expect(accept(choice, given)).toEqual(sent(value));
	});

	test('is found by its spelling, whether the option is text or number', () => {
		expect(accept({ type: 'options', options: [1, 2] }, '2')).toEqual(sent(2));
		expect(accept({ type: 'options', options: ['1', '2'] }, 2)).toEqual(sent('2'));
	});

	test.each(['b', 'A', '', 3, ['a'], { a: 1 }])(
		'%p is refused with the options there are',
		(given) => {
			expect(refuse(choice, given)).toContain(" one of 'a', 2, true, '2'");
		},
	);
});

describe('text', () => {
	const text = { type: 'text', sample: 'a cat' } as const;
	test.each([
		['', ''],
		[' a ', ' a '],
		['random', 'random'],
		[5, '5'],
		[false, 'false'],
		[0.1, '0.1'],
		[10n ** 20n, '100000000000000000000'],
		['9007199254740993', '9007199254740993'],
		['a'.repeat(5000), 'a'.repeat(5000)],
	])('%p is sent as it is', (given, value) => {
		expect(accept(text, given)).toEqual(sent(value));
	});

	test.each([[{ a: 1 }], [['a']], [new Date(0)]])('%p is refused, not guessed', (given) => {
		expect(refuse(text, given)).toContain('takes text, not');
	});

	test('a whole number that n8n has rounded already is refused', () => {
		expect(refuse(text, 2 ** 60)).toContain('too large to be sent exactly');
	});
});

test('a long value is not repeated whole in the error', () => {
	expect(refuse(number, 'x'.repeat(10_000)).length).toBeLessThan(200);
	expect(refuse(number, { long: 'x'.repeat(10_000) }).length).toBeLessThan(200);
});

test('a value of a million characters is judged at once', () => {
	refuse(number, `${'1'.repeat(1_000_000)}x`);
	refuse({ type: 'seed', sample: 5 }, `${' '.repeat(1_000_000)}x`);
});

describe('a seed', () => {
	const seed = { title: 'Seed', sample: 42 };
	test.each(['', '  ', 'random', 'Random ', ' RANDOM'])('%p is drawn', (given) => {
		expect(accept(seed, given)).toEqual({ kind: 'seed', asText: false });
	});

	test.each([
		[7, 7],
		['7', 7],
		[' 7 ', 7],
		[0, 0],
		['0', 0],
		[-1, -1],
		['9007199254740991', 9007199254740991],
		['-9007199254740991', -9007199254740991],
	])('%p is pinned to %p', (given, value) => {
		expect(accept(seed, given)).toEqual(sent(value));
	});

	test('is text where the example has it as text', () => {
		expect(accept({ title: 'Seed', sample: '42' }, 7)).toEqual(sent('7'));
		expect(accept({ title: 'Seed', sample: '42' }, 'random')).toEqual({
			kind: 'seed',
			asText: true,
		});
	});

	test.each(['randomly', '1.5', 1.5, '0x1', true, {}, NaN])(
		'%p is refused with the way out',
		(given) => {
			expect(refuse({ ...seed, title: 'Width', type: 'seed' }, given)).toContain(
				"takes a whole number, or 'random'",
			);
		},
	);

	test.each([2 ** 53, '9007199254740992', '18446744073709551615'])(
		'%p is refused, not rounded',
		(given) => {
			expect(refuse({ ...seed, title: 'Width', type: 'seed' }, given)).toContain('too large');
		},
	);
});

describe("the example's own value", () => {
	test.each([
		{ type: 'number', sample: '0.30' },
		{ type: 'boolean', sample: 'enable' },
		{ type: 'options', sample: 'not listed', options: ['a'] },
		{ type: 'text', sample: 5 },
		{ type: 'integer', sample: 0.5 },
	] satisfies Described[])('is sent as it is, whatever its hint says: %j', (described) => {
		expect(accept(described, described.sample ?? '')).toEqual(sent(described.sample));
	});

	test.each([2 ** 53, Infinity])('is refused if it is %p', (sample) => {
		refuse({ type: 'number', sample }, sample);
	});
});

test('an object whose own toString is anything is refused like any other', () => {
	for (const given of [{ toString: false }, { toString: '' }, { toJSON: 1 }]) {
		expect(
			refusalOf(() => acceptValue(input({ sample: 'a cat' }), given, emptyItem)).message,
		).toContain('takes text');
	}
});

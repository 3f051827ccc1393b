import type { FailureCode } from '../../../nodes/InstaSd/api/failureCodes';
import type { Reply } from '../../../nodes/InstaSd/api/reply';
import {
	backoffMs,
	type Call,
	readReply,
	type Retry,
	retryAfterMs,
	retryPauseMs,
} from '../../../nodes/InstaSd/api/retryRules';

const answer = (httpStatus: number): Reply => ({
	kind: 'received',
	httpStatus,
	retryAfter: undefined,
	body: undefined,
});
const lost = (errorCode: string): Reply => ({ kind: 'lost', errorCode });
const submit: Call = { kind: 'submit', body: '{}', timeoutMs: 0 };
const question: Call = {
	...{ kind: 'question', taskId: 'task-1', wasNamed: false },
	...{ deadline: 0, timeoutMs: 0 },
};
/** What a reply without a task means for a call. */
function read(call: Call, reply: Reply) {
	const { result, retry } = readReply(call, reply, { baseUrl: 'https://api.example.com', date: 0 });
	if (result.kind === 'task') throw new Error('There is a task in the reply');
	return { kind: result.kind, retry, ...result.failure.details };
}
type Row = [
	reply: number | string,
	submit: Retry,
	question: Retry,
	code: FailureCode,
	questionCode?: FailureCode,
];

/** What the engine does not play: the table of those it does is test/engine/faults/rules.mts. */
const table: Row[] = [
	// Read, but no task in it: whether one was created nobody knows.
	...[201, 202, 204].map((code): Row => [code, 'unsure', 'again', 'BAD_REPLY']),
	...[301, 307, 308].map((code): Row => [code, 'unsure', 'again', 'BAD_REPLY']),
	...[402, 405, 415, 451, 499].map((code): Row => [code, 'final', 'soon', 'REJECTED']),
	[410, 'final', 'soon', 'REJECTED', 'TASK_NOT_FOUND'],
	...[425, 501, 520, 524, 529, 599].map((code): Row => [code, 'unsure', 'again', 'UNREACHABLE']),
	// No connection was made, so nothing was taken.
	...['ENOTFOUND', 'EAI_AGAIN'].map((code): Row => [code, 'again', 'again', 'UNREACHABLE']),
	// n8n itself did not let it out, and will not the next time.
	['BLOCKED_BY_N8N', 'final', 'final', 'UNREACHABLE'],
	// A handshake that fails comes before the request, and will fail again.
	...[
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
	].map((code): Row => [code, 'final', 'again', 'UNREACHABLE']),
	// Whether the request went out before it broke nobody knows.
	...[
		'ETIMEDOUT',
		'EPIPE',
		'ESOCKETTIMEDOUT',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'EPROTO',
		'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
		'ERR_CANCELED',
		'HPE_INVALID_CONSTANT',
		'UND_ERR_SOCKET',
		'',
		'something new',
	].map((code): Row => [code, 'unsure', 'again', 'UNREACHABLE']),
];

test.each(table)(
	'after %p, retry of a submit: %s, of a question: %s; error code %s',
	(reply, ofSubmit, ofQuestion, code, questionCode = code) => {
		const given = typeof reply === 'number' ? answer(reply) : lost(reply);
		const isUnsure = ofSubmit === 'unsure';
		expect(read(submit, given)).toMatchObject({
			retry: ofSubmit,
			kind: isUnsure ? 'unsure' : 'none',
			code: isUnsure ? 'SUBMIT_UNSURE' : code,
		});
		expect(read(question, given)).toMatchObject({
			...{ retry: ofQuestion, kind: 'none' },
			...{ code: questionCode, task: { id: 'task-1' } },
		});
	},
);

test('of all that a service can answer, only "too many requests" lets a submit be sent again', () => {
	const again = Array.from({ length: 1000 }, (_, status) => status).filter((status) =>
		['again', 'soon', 'refused'].includes(read(submit, answer(status)).retry),
	);
	expect(again).toEqual([429]);
});

test('a question is given up at once only if the token was refused', () => {
	const final = Array.from({ length: 1000 }, (_, status) => status).filter(
		(status) => read(question, answer(status)).retry === 'final',
	);
	expect(final).toEqual([401, 403]);
});

describe('that the credits are used up', () => {
	const refused = (httpStatus: number, error: string) =>
		read(submit, { kind: 'received', httpStatus, retryAfter: undefined, body: { error } });

	test.each([
		[402, ''],
		[402, 'Payment Required'],
		[400, 'Insufficient credits'],
		[403, 'You have no credits left.'],
		[403, 'Your account balance is too low'],
		[400, 'You are out of credits, please top up'],
	])('is understood from %i %p, and changes the advice alone', (httpStatus, words) => {
		const { code, description, kind, retry } = refused(httpStatus, words);
		expect(description).toContain('top up, then retry this execution');
		expect(refused(httpStatus, 'no')).toMatchObject({ code, kind, retry });
	});

	test.each([
		[400, "no such input 'White Balance'"],
		[400, "'Colour balance' is out of range"],
		[400, 'The photo credit is missing'],
		[403, 'invalid token'],
		[422, 'Insufficient credits'],
		[500, 'Insufficient credits'],
	])('is not taken from %i %p', (httpStatus, words) => {
		expect(refused(httpStatus, words).description).not.toContain('top up');
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-11-24T12:00:00Z');

	test.each([
		['0', 0],
		['1', 1000],
		[' 120 ', 120_000],
		['1.5', 1500],
		['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
		['Tuesday, 24-Nov-26 12:00:30 GMT', 30_000],
		['Tue Nov 24 12:00:30 2026 GMT', 30_000],
		['Tue, 24 Nov 2026 11:00:00 GMT', 0],
	])('%p asks for %i ms', (header, ms) => {
		expect(retryAfterMs(header, now)).toBe(ms);
	});

	test.each([undefined, '', ' ', 'soon', 'NaN', 'Infinity', '∞', '-5'])(
		'%p asks for nothing',
		(header) => {
			expect(retryAfterMs(header, now)).toBeUndefined();
		},
	);
});

describe('without being told how long', () => {
	test('the wait doubles from half a second up to a minute', () => {
		const longest = Array.from({ length: 12 }, (_, index) => backoffMs(index + 1, () => 1));
		expect(longest).toEqual([
			500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000,
		]);
		expect(backoffMs(100_000, () => 1)).toBe(60_000);
	});

	test('tasks that failed together do not come back together, nor at once', () => {
		for (let repetition = 1; repetition < 12; repetition++) {
			const [least, half, most] = [0, 0.5, 1].map((chance) => backoffMs(repetition, () => chance));
			expect(least).toBe((most ?? 0) / 2);
			expect(half).toBe((most ?? 0) * 0.75);
			expect(least).toBeGreaterThanOrEqual(250);
		}
	});
});

describe('with a Retry-After, other than of 429', () => {
	const pause = (retryAfterMs: number | undefined, attempt = 3, leftMs = 300_000) =>
		retryPauseMs(retryAfterMs, attempt, leftMs, () => 0);

	test.each([
		['nothing: the back-off', undefined, 1_000],
		['no pause', 0, 250],
		['half a minute', 30_000, 30_000],
		['an hour: no longer than a back-off may be', 3_600_000, 60_000],
		['for ever', Number.MAX_VALUE, 60_000],
	])('the wait is as long as asked for: %s', (_, retryAfterMs, expected) => {
		expect(pause(retryAfterMs)).toBe(expected);
	});

	test('that is longer than the call is retried, the wait is the back-off', () => {
		expect(pause(3_600_000, 3, 10_000)).toBe(1_000);
	});

	test('or without, a call that has been retried for long enough is not retried', () => {
		expect(pause(undefined, 9, 10_000)).toBeUndefined();
		expect(pause(0, 9, 0)).toBeUndefined();
	});
});

import type { FailureCode } from '../../../nodes/InstaSd/api/failures';
import { byTheRules } from '../../engine/faults/byTheRules.mts';
import { cells, faults, type Call, type Cell } from '../../engine/faults/cells.mts';
import { isFailure, type Outcome } from '../../engine/faults/outcome.mts';

/** For how long a call is repeated, in ms: at least, at most. */
const foughtMs = {
	soon: [3_000, 10_000],
	again: [200_000, 420_000],
	always: [1_700_000, 1_802_000],
} as const;

/** `now`: not repeated. */
type Rule = 'taken' | `${keyof typeof foughtMs | 'now'} ${FailureCode}`;

/** What must become of each fault, in a submit and in a poll. Written down by hand, not worked out. */
const rules: Record<string, { submit: Rule; poll: Rule }> = {
	'connection refused': { submit: 'again UNREACHABLE', poll: 'again UNREACHABLE' },
	'connection reset before the request was read': unsure('UNREACHABLE'),
	'connection reset after the work was done': unsure('UNREACHABLE'),
	'connection reset in the middle of the reply': unsure('UNREACHABLE'),
	'no reply, ever': unsure('UNREACHABLE'),
	'a reply that stops in its middle': unsure('UNREACHABLE'),
	'400 Bad Request': { submit: 'now REJECTED', poll: 'soon REJECTED' },
	'401 Unauthorized': { submit: 'now UNAUTHORIZED', poll: 'now UNAUTHORIZED' },
	'401 that quotes the token': { submit: 'now UNAUTHORIZED', poll: 'now UNAUTHORIZED' },
	'403 Forbidden': { submit: 'now UNAUTHORIZED', poll: 'now UNAUTHORIZED' },
	'404 Not Found': { submit: 'now REJECTED', poll: 'soon TASK_NOT_FOUND' },
	'408 Request Timeout': unsure('UNREACHABLE'),
	'409 Conflict': { submit: 'now REJECTED', poll: 'soon REJECTED' },
	'413 Content Too Large': { submit: 'now PAYLOAD_TOO_LARGE', poll: 'soon REJECTED' },
	'422 Unprocessable Content': { submit: 'now REJECTED', poll: 'soon REJECTED' },
	'429 Too Many Requests': { submit: 'again RATE_LIMITED', poll: 'always WAIT_TIMEOUT' },
	'500 Internal Server Error': unsure('UNREACHABLE'),
	'502 Bad Gateway': unsure('UNREACHABLE'),
	'503 Service Unavailable': unsure('UNREACHABLE'),
	'504 Gateway Timeout': unsure('UNREACHABLE'),
	'200 with a web page': unsure('BAD_REPLY'),
	'200 with half of the reply': unsure('BAD_REPLY'),
	'200 with nothing in it': unsure('BAD_REPLY'),
	'200 with another type in every field': unsure('BAD_REPLY'),
	'200 with another type in every field but id and status': { submit: 'taken', poll: 'taken' },
	'200 with 50 MB of text': unsure('BAD_REPLY'),
	'redirect to another origin': unsure('BAD_REPLY'),
};

function unsure(pollCode: 'UNREACHABLE' | 'BAD_REPLY'): { submit: Rule; poll: Rule } {
	return { submit: 'now SUBMIT_UNSURE', poll: `again ${pollCode}` };
}

const polls: Call[] = ['first poll', 'later poll', 'last poll'];
const outcomes = new Map<Cell, Awaited<ReturnType<typeof byTheRules>>>();
beforeAll(async () => {
	for (const cell of cells) {
		if (cell.call !== 'file') outcomes.set(cell, await byTheRules(cell));
	}
});

/** Once and for good. */
function both(call: Call, name: string): [Outcome, Outcome] {
	const [once, forGood] = [...outcomes]
		.filter(([cell]) => cell.call === call && cell.fault.name === name)
		.map(([, outcome]) => outcome);
	if (once === undefined || forGood === undefined) throw new Error(`No ${call} with ${name}`);
	return [once, forGood];
}

test('every fault has its rules', () => {
	expect(Object.keys(rules)).toEqual(faults.map(({ name }) => name));
});

describe.each(Object.entries(rules))('%s', (name, { submit, poll }) => {
	test(`in a submit: ${submit}`, () => {
		expectRule(submit, 'submit', name);
	});
	test.each(polls)(`in a poll: ${poll} (%s)`, (call) => {
		expectRule(poll, call, name);
	});
});

function expectRule(rule: string, call: Call, name: string): void {
	const [once, forGood] = both(call, name);
	const [when, code] = rule.split(' ');
	if (when === 'now') {
		expect([once, forGood]).toMatchObject(Array(2).fill({ result: code, hits: 1, repeats: 0 }));
		return;
	}
	if (when === 'taken') {
		expect([once.repeats, forGood.repeats]).toEqual([0, 0]);
		expect(isFailure(forGood.result)).toBe(false);
		return;
	}
	expect(once).toMatchObject({ result: 'complete', repeats: 1, charged: 1 });
	expect(forGood.result).toBe(code);
	const [least, most] = Object.entries(foughtMs).find(([name]) => name === when)?.[1] ?? [NaN, NaN];
	expect(forGood.foughtMs).toBeGreaterThanOrEqual(least);
	expect(forGood.foughtMs).toBeLessThanOrEqual(most);
}

describe('whatever the fault', () => {
	test('a task is charged at most once, and only a submit without a task is sent again', () => {
		for (const { charged } of outcomes.values()) expect(charged).toBeLessThanOrEqual(1);
		for (const [{ call, fault }, { repeats }] of outcomes) {
			if (call === 'submit' && fault.isHidden) expect(repeats).toBe(0);
		}
	});

	test('a submit is unsure exactly when its reply hides whether there is a task', () => {
		for (const [{ call, fault }, { result }] of outcomes) {
			expect([fault.name, result === 'SUBMIT_UNSURE']).toEqual([
				fault.name,
				call === 'submit' && fault.isHidden,
			]);
		}
	});

	test('a poll that fails for good gives the id back, in the error and in its text', () => {
		for (const [{ call }, { failure }] of outcomes) {
			if (failure === undefined || call === 'submit') continue;
			expect(failure.details).toMatchObject({
				taskId: 'task-1',
				message: expect.stringContaining('task-1'),
				description: expect.stringContaining('task-1'),
			});
		}
	});

	test('nothing that may have been paid for is called retryable', () => {
		for (const { failure } of outcomes.values()) {
			if (failure?.details.code === 'SUBMIT_UNSURE') expect(failure.retryable).toBe(false);
		}
	});

	test('what is said is short, whatever the service said', () => {
		for (const { failure } of outcomes.values()) {
			expect(failure?.message.length ?? 0).toBeLessThan(400);
		}
	});
});

import type { Task } from '../../../nodes/InstaSd/api/task';
import { LedgerEntry } from '../../../nodes/InstaSd/money/entry';
import { Ledger } from '../../../nodes/InstaSd/money/ledger';
import type { CallResult } from '../../../nodes/InstaSd/api/retryRules';
import { Failure } from '../../../nodes/InstaSd/api/failures';

const hashes = { written: 'w'.repeat(8), values: 'v'.repeat(8) };
const other = 'x'.repeat(8);

/** The ledger of the node's first run, and the entry of a task in it. */
const entryIn = (context: Record<string, unknown>, of = hashes, item = 3) =>
	new LedgerEntry(new Ledger(context, 0, { isTool: false }), item, 1, of);
/** The entry of a tool's task, in a try of this execution. */
const toolIn = (context: Record<string, unknown>, execution: string) =>
	new LedgerEntry(new Ledger(context, 0, { execution, isTool: true }), 3, 1, hashes);
/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => JSON.parse(JSON.stringify(context));

let lineages = 0;
/** An execution whose retries know each other. */
const execution = () => ({ lineage: `lineage ${++lineages}` });

/** The results of a submit. */
const created = (id = 'task-1'): CallResult => ({ kind: 'task', task: taskOf(id) });
const failure = new Failure({ code: 'RATE_LIMITED', message: '429', description: '' });
const unsure: CallResult = { kind: 'unsure', why: 'the service answered 503', failure };
const none: CallResult = { kind: 'none', why: '429', failure };
const taskOf = (id: string): Task => ({
	...{ id, status: 'CREATED', state: 'queued', isNamed: true, links: [], notLinks: [], fields: {} },
	...{ estimatedSteps: undefined, completedSteps: undefined, reason: undefined },
});

let date = Date.parse('2026-11-28');
/** A submit a moment after the one before. */
const claim = (entry: LedgerEntry, seeds = [7]) => entry.claim(++date, seeds);
const send = (entry: LedgerEntry, result: CallResult) => entry.settle(claim(entry), result);
/** The service says that this task has failed. */
const fail = (entry: LedgerEntry, id: string) =>
	entry.forgetIfFailed({ ...taskOf(id), state: 'failed', status: 'FAILED' });

test.each([
	[[]],
	['gone'],
	[null],
	[{ id: 'task-1' }],
	[['h', 'task-1', 'seed']],
	[{ values: 'v' }],
])(
	'a task whose row %j cannot be read is not sent again, and others are not affected',
	(spoiled) => {
		const tasks: Record<string, unknown> = {};
		const context = { tasks };
		send(entryIn(context), created());
		tasks['0.4.1'] = spoiled;
		tasks['1.0.0'] = spoiled;
		const later = reloaded(context);
		expect(entryIn(later).look()).toMatchObject({ taskId: 'task-1' });
		expect(entryIn(later, hashes, 4).look()).toMatchObject({ why: expect.any(String) });
	},
);

test.each([{}, execution()])(
	'the late reply of an earlier submit does not hide what a later one has brought (%j)',
	(context) => {
		for (const late of [created('task-0'), unsure, none]) {
			const entry = entryIn(context, { written: `${++date}`, values: `${date}` }, date);
			const first = claim(entry);
			send(entry, created('task-2'));
			entry.settle(first, late);
			expect(entry.look()).toMatchObject({ taskId: 'task-2' });
		}
	},
);

test('only a task that certainly does not exist, or has failed, may be sent anew', () => {
	const entry = entryIn({});
	claim(entry);
	fail(entry, 'task-1');
	entry.delivered();
	expect(entry.look()).toMatchObject({ kind: 'pending' });
	entry.settle(claim(entry), unsure);
	fail(entry, 'task-1');
	expect(entry.look()).toMatchObject({ why: 'the service answered 503' });
	entry.settle(claim(entry), created());
	fail(entry, 'another task');
	expect(entry.look()).toMatchObject({ taskId: 'task-1' });
	fail(entry, 'task-1');
	expect(entry.look()).toEqual({ kind: 'new' });
	send(entry, none);
	expect(entry.look()).toEqual({ kind: 'new' });
});

test('an unsure task that is sent once more counts that, and stays unsure when nothing comes of it', () => {
	const entry = entryIn({});
	send(entry, unsure);
	const before = entry.look();
	expect(before).toMatchObject({ kind: 'unsure', wasResubmitted: false });
	send(entry, none);
	expect(entry.look()).toEqual(before);
	send(entry, unsure);
	expect(entry.look()).toMatchObject({ why: 'the service answered 503', wasResubmitted: true });
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	send(entryIn(context), created());
	const { written, values } = hashes;
	const sameValues = entryIn(context, { written: other, values }).look();
	expect(sameValues).toMatchObject({ taskId: 'task-1', seeds: [7] });
	const sameText = entryIn(context, { written, values: other }).look();
	expect(sameText).toMatchObject({ taskId: 'task-1', seeds: undefined });
	expect(entryIn(context, { written: other, values: other }).look()).toEqual({ kind: 'new' });
	expect(entryIn(context, hashes, 4).look()).toEqual({ kind: 'new' });
});

test('a task has at most 200 bytes of the execution data, whatever is known of it', () => {
	const seeds = [2 ** 53 - 1];
	const id = '0'.repeat(36);
	for (const result of [created(id), { ...unsure, why: 'x'.repeat(1000) }] as const) {
		const context: Record<string, unknown> = {};
		const entry = entryIn(context);
		send(entry, unsure);
		entry.settle(claim(entry, seeds), result);
		expect(JSON.stringify(context.tasks).length).toBeLessThanOrEqual(200 + 2);
	}
});

test('of a delivered task the id stays until the node runs again, in 100 bytes', () => {
	const context: Record<string, unknown> = {};
	const entry = entryIn(context);
	send(entry, created('0'.repeat(36)));
	entry.delivered();
	expect(JSON.stringify(context.tasks).length).toBeLessThanOrEqual(100 + 2);
	expect(entryIn(reloaded(context)).look()).toMatchObject({
		taskId: '0'.repeat(36),
		submitDate: date,
	});
	expect(entryIn(context, { written: other, values: other }).look()).toEqual({ kind: 'new' });
	new Ledger(context, 1, { isTool: false });
	expect(context.tasks).toEqual({});
});

test('what an earlier build has written into an execution counts: nothing of it is paid for again', () => {
	const submit = (number: number) => `mx3xkao${number}-6386797c`;
	const tasks = {
		'0.0.0': { ...hashes, submit: submit(1), seeds: [1], taskId: 'task-0' },
		'0.1.0': { ...hashes, submit: submit(2), seeds: [2], why: 'no reply (ECONNRESET)' },
		'0.2.0': { ...hashes, submit: submit(4), seeds: [4], resubmitted: true, why: 'no reply' },
		'0.3.0': { ...hashes, submit: submit(5), seeds: [5] },
		'0.4.0': { taskId: 'task-4', submit: 'mx3xkao6', delivered: 'wwwwvvvv' },
	};
	const failed = { '0.5.0': { ids: ['task-5'], status: 'FAILED', end: 'failed: out of memory' } };
	const saved = { lineage: 'a lineage', tasks, spent: { run: '7.0', tasks: 6, failed } };
	const ledger = new Ledger(reloaded(saved), 0, { execution: '8', isTool: false });
	const known = Array.from({ length: 6 }, (_, item) =>
		new LedgerEntry(ledger, item, 0, hashes).look(),
	);
	expect(known).toMatchObject([
		{ kind: 'exists', taskId: 'task-0', seeds: [1] },
		{ kind: 'unsure', why: 'no reply (ECONNRESET)', wasResubmitted: false },
		{ kind: 'unsure', wasResubmitted: true },
		{ kind: 'unsure', wasResubmitted: false },
		{ kind: 'exists', taskId: 'task-4' },
		{ kind: 'new' },
	]);
});

test('what was not delivered stays for a retry, whichever run of the node comes after', () => {
	const context: Record<string, unknown> = {};
	const first = entryIn(context);
	const claimed = claim(first);
	new Ledger(context, 1, { isTool: false });
	expect(entryIn(reloaded(context)).look()).toMatchObject({ kind: 'pending' });
	const second = entryIn(context);
	first.settle(claimed, created());
	expect(second.look()).toMatchObject({ taskId: 'task-1', seeds: [7] });
});

test.each(['x', [1], 7, [[0, { taskId: 'task-1' }]]])(
	'after a ledger that cannot be read, %j, every task is unsure, never unpaid',
	(tasks) => {
		const context = { tasks };
		expect(entryIn(context).look()).toMatchObject({ why: expect.any(String) });
		const entry = entryIn(context, hashes, 4);
		entry.settle(claim(entry), created());
		expect(entry.look()).toMatchObject({ taskId: 'task-1' });
	},
);

test('a ledger that cannot be read is replaced: what is sent from then on is found after a restart', () => {
	const context: Record<string, unknown> = { tasks: 'x' };
	send(entryIn(context), created());
	const later = reloaded(context);
	expect(entryIn(later).look()).toMatchObject({ taskId: 'task-1' });
	expect(entryIn(later, hashes, 4).look()).toMatchObject({ kind: 'unsure' });
	const next = new Ledger(later, 1, { isTool: false });
	expect(new LedgerEntry(next, 3, 1, hashes).look()).toMatchObject({ kind: 'unsure' });
});

test('to look changes nothing; to take up writes what another retry has sent into this execution', () => {
	const first = execution();
	const [one, two] = [reloaded(first), reloaded(first)];
	send(entryIn(one), created());
	const entry = entryIn(two);
	const before = JSON.stringify(two);
	expect(entry.look()).toMatchObject({ taskId: 'task-1' });
	expect(JSON.stringify(two)).toBe(before);
	entry.takeUp();
	const restarted = { ...reloaded(two), lineage: undefined };
	expect(entryIn(restarted).look()).toMatchObject({ taskId: 'task-1' });
});

test('a context without a ledger begins with an empty one', () => {
	for (const tasks of [undefined, null, {}])
		expect(entryIn({ tasks }).look()).toEqual({ kind: 'new' });
});

describe('retries of the same execution in this process', () => {
	test('that another process has made since are newer than what this one knows', () => {
		const first = execution();
		send(entryIn(first), created('failed-task'));
		const elsewhere = { ...reloaded(first), lineage: undefined };
		fail(entryIn(elsewhere), 'failed-task');
		send(entryIn(elsewhere), created('new-task'));
		const back = { ...reloaded(elsewhere), lineage: first.lineage };
		expect(entryIn(back).look()).toMatchObject({ taskId: 'new-task' });
		entryIn(elsewhere).delivered();
		const later = { ...reloaded(elsewhere), lineage: first.lineage };
		expect(entryIn(later).look()).toMatchObject({ taskId: 'new-task' });
	});

	test('with an edited prompt make another task, and with the first prompt find the first one again', () => {
		const first = execution();
		send(entryIn(first), created('first prompt'));
		const edited = { written: other, values: other };
		const retry = reloaded(first);
		expect(entryIn(retry, edited).look()).toEqual({ kind: 'new' });
		send(entryIn(retry, edited), created('second prompt'));
		expect(entryIn(retry).look()).toMatchObject({ taskId: 'first prompt' });
		expect(entryIn(reloaded(first), edited).look()).toMatchObject({ taskId: 'second prompt' });
	});
});

describe('a claim of another retry that was seen while it was pending', () => {
	test('counts for none of them once it is known that nothing was created', () => {
		const first = execution();
		const [one, two] = [reloaded(first), reloaded(first)];
		const claimed = claim(entryIn(one));
		expect(entryIn(two).look()).toMatchObject({ kind: 'pending' });
		entryIn(one).settle(claimed, none);
		expect(entryIn(two).look()).toEqual({ kind: 'new' });
		expect(entryIn(reloaded(two)).look()).toEqual({ kind: 'new' });
	});

	test('counts for none of them once one has found that its task failed; what that one pays for then does', () => {
		const first = execution();
		const [one, two] = [reloaded(first), reloaded(first)];
		const claimed = claim(entryIn(one));
		expect(entryIn(two).look()).toMatchObject({ kind: 'pending' });
		entryIn(one).settle(claimed, created());
		expect(fail(entryIn(one), 'task-1')).toBe(true);
		expect(entryIn(reloaded(two)).look()).toEqual({ kind: 'new' });
		send(entryIn(one), created('task-2'));
		expect(entryIn(reloaded(two)).look()).toMatchObject({ taskId: 'task-2' });
	});

	test('is asked about once more where its task is known, though another has found that it failed', () => {
		const first = execution();
		send(entryIn(first), created());
		const [one, two] = [reloaded(first), reloaded(first)];
		expect(fail(entryIn(one), 'task-1')).toBe(true);
		expect(entryIn(two).look()).toMatchObject({ taskId: 'task-1' });
	});
});

test('the one submit more is newer than the unsure one, also in the same moment, or when the clock was set back', () => {
	for (let attempt = 0; attempt < 20; attempt++) {
		const first = execution();
		send(entryIn(first), unsure);
		const retry = reloaded(first);
		const entry = entryIn(retry);
		entry.settle(entry.claim(attempt, []), unsure);
		expect(entryIn(reloaded(first)).look()).toMatchObject({ wasResubmitted: true });
	}
});

test('a task that failed in a call of a tool is sent anew by a retry, not by another try of the call', () => {
	const context = execution();
	const first = toolIn(context, '7');
	send(first, created());
	expect(fail(first, 'task-1')).toBe(false);
	const second = toolIn(context, '7');
	expect([second.look(), fail(second, 'task-1')]).toMatchObject([{ kind: 'exists' }, false]);
	const retry = toolIn(reloaded(context), '8');
	expect([fail(retry, 'task-1'), retry.look()]).toEqual([true, { kind: 'new' }]);
	send(retry, created('task-2'));
	expect(fail(retry, 'task-2')).toBe(false);
});

describe('what the tries of a run have spent', () => {
	const ledgerOf = (context: Record<string, unknown>, run = '7', limit = 1) => {
		const ledger = new Ledger(context, 0, { execution: run, isTool: false });
		ledger.taskLimit = limit;
		return ledger;
	};

	test('is in the execution, and is no limit for what was sent before', () => {
		const context: Record<string, unknown> = {};
		const entry = new LedgerEntry(ledgerOf(context), 0, 0, hashes);
		send(entry, created());
		fail(entry, 'task-1');
		const again = ledgerOf(reloaded(context));
		const [found, another] = [
			new LedgerEntry(again, 0, 0, hashes),
			new LedgerEntry(again, 1, 0, hashes),
		];
		expect([found.look(), fail(found, 'task-1')]).toMatchObject([{ kind: 'exists' }, false]);
		expect(() => claim(another)).toThrow("'Task Limit' (1) counts the tasks of all tries");
		expect(again.limitReached()?.advice).toContain('Failed so far: task-1.');
		expect(another.look()).toEqual({ kind: 'new' });
		const retry = new LedgerEntry(ledgerOf(reloaded(context), '8'), 0, 0, hashes);
		expect([fail(retry, 'task-1'), retry.look()]).toEqual([true, { kind: 'new' }]);
		expect(() => claim(retry)).not.toThrow();
	});

	test('is given back by a late reply, too, that says nothing was created', () => {
		const context: Record<string, unknown> = {};
		const first = new LedgerEntry(ledgerOf(context), 0, 0, hashes);
		const claimed = claim(first);
		const second = new LedgerEntry(ledgerOf(context), 1, 0, hashes);
		expect(() => claim(second)).toThrow("'Task Limit' (1)");
		first.settle(claimed, none);
		expect(() => claim(second)).not.toThrow();
	});

	test.each([
		7,
		'x',
		{ run: '7.0' },
		{ run: '7.0', tasks: 'many', failed: {} },
		{ run: '7.0', tasks: 9, failed: { '0.0.0': ['task-1'] } },
		[],
	])('counts anew where it cannot be read: %j', (spent) => {
		expect(() => claim(new LedgerEntry(ledgerOf({ spent }), 0, 0, hashes))).not.toThrow();
	});
});

import type { Task } from '../../../nodes/InstaSd/api/task';
import { Ledger, type LedgerEntry } from '../../../nodes/InstaSd/run/ledger';
import type { Submitted } from '../../../nodes/InstaSd/wait/submit';

const hashes = { written: 'w'.repeat(8), values: 'v'.repeat(8) };
const other = 'x'.repeat(8);

/** The ledger of the node's first run, and the entry of a task in it. */
const entryIn = (context: Record<string, unknown>, of = hashes, item = 3) =>
	new Ledger(context, 0).entry(item, 1, of);
/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => JSON.parse(JSON.stringify(context));

let lineages = 0;
/** An execution whose retries know each other. */
const execution = () => ({ lineage: `lineage ${++lineages}` });

/** The results of a submit. */
const created = (id = 'task-1'): Submitted => ({ kind: 'created', task: taskOf(id) });
const unsure: Submitted = { kind: 'unsure', why: 'the service answered 503' };
const none: Submitted = { kind: 'notCreated', error: new Error('429') };
const taskOf = (id: string): Task => ({
	...{ id, status: 'CREATED', state: 'queued', isNamed: true, links: [], notLinks: [], fields: {} },
	...{ estimatedSteps: undefined, completedSteps: undefined, reason: undefined },
});

let date = Date.parse('2026-11-28');
/** A submit a moment after the one before. */
const claim = (entry: LedgerEntry, seeds = [7], before = entry.sent()) =>
	entry.claim(++date, seeds, before?.why === undefined ? undefined : before);
const send = (entry: LedgerEntry, result: Submitted) => entry.settle(claim(entry), result);

test('a task that was sent without a reply is not planned anew by a retry: it knows the submit', () => {
	const context = {};
	const { submit } = claim(entryIn(context));
	expect(entryIn(reloaded(context)).sent()).toEqual({ ...hashes, submit, seeds: [7] });
});

test('a reply that comes when the next try has begun is there for it', () => {
	const context = {};
	const first = entryIn(context);
	const claimed = claim(first);
	const second = entryIn(context);
	first.settle(claimed, created());
	expect(second.sent()).toMatchObject({ taskId: 'task-1', seeds: [7] });
});

test.each([
	[[]],
	['gone'],
	[null],
	[{ id: 'task-1' }],
	[['h', 'task-1', 'seed']],
	[{ values: 'v' }],
])(
	'a row that cannot be read, %j, leaves the others alone, and its task is not sent again unnoticed',
	(spoiled) => {
		const tasks: Record<string, unknown> = {};
		const context = { tasks };
		send(entryIn(context), created());
		tasks['0.4.1'] = spoiled;
		tasks['1.0.0'] = spoiled;
		const later = reloaded(context);
		expect(entryIn(later).sent()).toMatchObject({ taskId: 'task-1' });
		expect(entryIn(later, hashes, 4).sent()).toMatchObject({ why: expect.any(String) });
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
			expect(entry.sent()).toMatchObject({ taskId: 'task-2' });
		}
	},
);

test('only a task of which it is known that there is none, or that it failed, may be sent anew', () => {
	const entry = entryIn({});
	claim(entry);
	entry.failed('task-1');
	entry.delivered();
	expect(entry.sent()).toBeDefined();
	entry.settle(claim(entry), unsure);
	entry.failed('task-1');
	expect(entry.sent()).toMatchObject({ why: 'the service answered 503' });
	entry.settle(claim(entry), created());
	entry.failed('another task');
	expect(entry.sent()).toMatchObject({ taskId: 'task-1' });
	entry.failed('task-1');
	expect(entry.sent()).toBeUndefined();
	send(entry, none);
	expect(entry.sent()).toBeUndefined();
});

test('an unsure task that is sent once more counts that, and stays unsure when nothing comes of it', () => {
	const entry = entryIn({});
	send(entry, unsure);
	expect(entry.sent()?.resubmitted).toBeUndefined();
	const before = entry.sent();
	send(entry, none);
	expect(entry.sent()).toEqual(before);
	send(entry, unsure);
	expect(entry.sent()).toMatchObject({ why: 'the service answered 503', resubmitted: true });
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	send(entryIn(context), created());
	const { written, values } = hashes;
	const seeds = (entry: LedgerEntry) => entry.seedsOf(entry.sent() ?? {});
	const sameValues = entryIn(context, { written: other, values });
	expect([sameValues.sent(), seeds(sameValues)]).toMatchObject([{ taskId: 'task-1' }, [7]]);
	const sameText = entryIn(context, { written, values: other });
	expect([sameText.sent(), seeds(sameText)]).toMatchObject([{ taskId: 'task-1' }, undefined]);
	expect(entryIn(context, { written: other, values: other }).sent()).toBeUndefined();
	expect(entryIn(context, hashes, 4).sent()).toBeUndefined();
});

test('a task has at most 200 bytes of the execution data, whatever is known of it', () => {
	const seeds = [2 ** 53 - 1];
	const id = '0'.repeat(36);
	for (const result of [created(id), { ...unsure, why: 'x'.repeat(1000) }] as const) {
		const context: Record<string, unknown> = {};
		const entry = entryIn(context);
		entry.settle(claim(entry, seeds, { why: 'unsure' }), result);
		expect(JSON.stringify(context.tasks).length).toBeLessThanOrEqual(200 + 2);
	}
});

test('of a delivered task the id stays until the node runs again, in 80 bytes', () => {
	const context: Record<string, unknown> = {};
	const entry = entryIn(context);
	send(entry, created('0'.repeat(36)));
	entry.delivered();
	expect(JSON.stringify(context.tasks).length).toBeLessThanOrEqual(80 + 2);
	expect(entryIn(reloaded(context)).sent()).toMatchObject({ taskId: '0'.repeat(36) });
	expect(entryIn(context, { written: other, values: other }).sent()).toBeUndefined();
	new Ledger(context, 1);
	expect(context.tasks).toEqual({});
});

test('what was not delivered stays for a retry, whichever run of the node comes after', () => {
	const context: Record<string, unknown> = {};
	const { submit } = claim(entryIn(context));
	new Ledger(context, 1);
	expect(entryIn(context).sent()).toMatchObject({ submit });
});

test.each(['x', [1], 7, [[0, { taskId: 'task-1' }]]])(
	'a ledger that cannot be read, %j, makes every task unsure, and never unpaid',
	(tasks) => {
		const context = { tasks };
		expect(entryIn(context).sent()).toMatchObject({ why: expect.any(String) });
		const entry = entryIn(context, hashes, 4);
		entry.settle(claim(entry), created());
		expect(entry.sent()).toMatchObject({ taskId: 'task-1' });
	},
);

test('a context without a ledger begins with an empty one', () => {
	for (const tasks of [undefined, null, {}]) expect(entryIn({ tasks }).sent()).toBeUndefined();
});

describe('retries of the same execution in this process', () => {
	test('know what another of them has sent, and keep it in their own execution', () => {
		const first = execution();
		const [one, two] = [reloaded(first), reloaded(first)];
		const claimed = claim(entryIn(one));
		expect(entryIn(two).sent()).toMatchObject({ submit: claimed.submit });
		entryIn(one).settle(claimed, created());
		expect(entryIn(two).sent()).toMatchObject({ taskId: 'task-1' });
		expect(entryIn({ ...reloaded(two), lineage: undefined }).sent()).toMatchObject({
			taskId: 'task-1',
		});
	});

	test('see the newest state of a task, whatever the execution has saved that they begin with', () => {
		const first = execution();
		send(entryIn(first), created('failed-task'));
		const [one, two] = [reloaded(first), reloaded(first)];
		entryIn(one).failed('failed-task');
		send(entryIn(one), created('new-task'));
		expect(entryIn(two).sent()).toMatchObject({ taskId: 'new-task' });
		entryIn(one).delivered();
		expect(entryIn(reloaded(first)).sent()).toMatchObject({ taskId: 'new-task' });
	});

	test('that another process has made since are newer than what this one knows', () => {
		const first = execution();
		send(entryIn(first), created('failed-task'));
		const elsewhere = { ...reloaded(first), lineage: undefined };
		entryIn(elsewhere).failed('failed-task');
		send(entryIn(elsewhere), created('new-task'));
		const back = { ...reloaded(elsewhere), lineage: first.lineage };
		expect(entryIn(back).sent()).toMatchObject({ taskId: 'new-task' });
		entryIn(elsewhere).delivered();
		const later = { ...reloaded(elsewhere), lineage: first.lineage };
		expect(entryIn(later).sent()).toMatchObject({ taskId: 'new-task' });
	});

	test('with an edited prompt make another task, and with the first prompt find the first one again', () => {
		const first = execution();
		send(entryIn(first), created('first prompt'));
		const edited = { written: other, values: other };
		const retry = reloaded(first);
		expect(entryIn(retry, edited).sent()).toBeUndefined();
		send(entryIn(retry, edited), created('second prompt'));
		expect(entryIn(retry).sent()).toMatchObject({ taskId: 'first prompt' });
		expect(entryIn(reloaded(first), edited).sent()).toMatchObject({ taskId: 'second prompt' });
	});

	test('of another execution know nothing of each other', () => {
		send(entryIn(execution()), created());
		expect(entryIn(execution()).sent()).toBeUndefined();
	});
});

describe('a claim of another retry that was seen while it was pending', () => {
	test('is given back to all of them when nothing was created', () => {
		const first = execution();
		const [one, two] = [reloaded(first), reloaded(first)];
		const claimed = claim(entryIn(one));
		expect(entryIn(two).sent()).toMatchObject({ submit: claimed.submit });
		entryIn(one).settle(claimed, none);
		expect(entryIn(two).sent()).toBeUndefined();
		expect(entryIn(reloaded(two)).sent()).toBeUndefined();
	});
});

test('the one submit more is newer than the unsure one, also in the same moment, or when the clock was set back', () => {
	for (let attempt = 0; attempt < 20; attempt++) {
		const first = execution();
		send(entryIn(first), unsure);
		const retry = reloaded(first);
		const entry = entryIn(retry);
		entry.settle(entry.claim(attempt, [], entry.sent()), unsure);
		expect(entryIn(reloaded(first)).sent()).toMatchObject({ resubmitted: true });
	}
});

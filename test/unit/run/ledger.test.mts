import { Ledger, type LedgerEntry, rowAfter } from '../../../nodes/InstaSd/run/ledger';

const hashes = { written: 'w'.repeat(8), values: 'v'.repeat(8) };
const other = 'x'.repeat(8);

/** What is known of a submit after its reply. */
const created = { taskId: 'task-1' };
const unsure = { why: 'the service answered 503' };
const none = undefined;
const reply = (entry: LedgerEntry, submit: string, known: object | undefined, seeds = [7]) => {
	entry.submitted(submit, known && { ...hashes, submit, seeds, ...known });
};

/** The ledger of the node's first run, and the entry of a task in it. */
const ledgerIn = (context: object, runIndex = 0) => new Ledger({ ...context }, runIndex);
const entryIn = (context: Record<string, unknown>, of = hashes, item = 3) =>
	new Ledger(context, 0).entry(item, 1, of);
/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => JSON.parse(JSON.stringify(context));

test('a task that was sent without a reply is not planned anew by a retry: it knows the submit', () => {
	const context = {};
	entryIn(context).sending('s1', [7]);
	expect(entryIn(reloaded(context)).sent()).toEqual({ ...hashes, submit: 's1', seeds: [7] });
});

test('what is unsure says why, in a line, when it is read again', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	reply(entry, 's1', unsure);
	expect(entryIn(reloaded(context)).sent()).toMatchObject(unsure);
	entry.sending('s2', [8]);
	expect(entry.sent()?.why).toBeUndefined();
});

test('a reply that comes when the next try has begun is there for it', () => {
	const context = {};
	const first = entryIn(context);
	first.sending('s1', [7]);
	const second = entryIn(context);
	reply(first, 's1', created);
	expect(second.sent()).toMatchObject(created);
	expect(second.sentSeeds()).toEqual([7]);
});

test.each([[[]], ['gone'], [null], [{ id: 'task-1' }], [['h', 'task-1', 'seed']]])(
	'a row that cannot be read, %j, leaves the others alone, and its task is not sent again unnoticed',
	(spoiled) => {
		const tasks: Record<string, unknown> = {};
		const context = { tasks };
		const entry = entryIn(context);
		entry.sending('s1', [7]);
		reply(entry, 's1', created);
		tasks['0.4.1'] = spoiled;
		tasks['1.0.0'] = spoiled;
		const later = reloaded(context);
		expect(entryIn(later).sent()).toMatchObject(created);
		expect(entryIn(later, hashes, 4).sent()).toMatchObject({ why: expect.any(String) });
	},
);

test('the late reply of an earlier submit does not overwrite what a later one has brought', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', []);
	reply(entry, 's1', unsure);
	entry.sending('s2', []);
	for (const late of [created, unsure, none]) {
		reply(entry, 's1', late);
		expect(entry.sent()).toEqual({ ...hashes, submit: 's2', seeds: [] });
	}
	reply(entry, 's2', { taskId: 'task-2' });
	reply(entry, 's1', created);
	reply(entry, 's2', none);
	expect(entry.sent()).toMatchObject({ taskId: 'task-2' });
});

test('only a task of which it is known that there is none, or that it failed, may be sent anew', () => {
	const entry = entryIn({});
	entry.sending('s1', []);
	entry.failed();
	entry.delivered();
	expect(entry.sent()).toBeDefined();
	reply(entry, 's1', unsure);
	for (const known of [none, created]) reply(entry, 's1', known);
	entry.failed();
	expect(entry.sent()).toMatchObject(unsure);
	entry.sending('s2', []);
	reply(entry, 's2', none);
	expect(entry.sent()).toBeUndefined();
	entry.sending('s3', []);
	reply(entry, 's3', created);
	entry.failed();
	expect(entry.sent()).toBeUndefined();
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	reply(entry, 's1', created);
	const { written, values } = hashes;
	const sameValues = entryIn(context, { written: other, values });
	expect([sameValues.sent(), sameValues.sentSeeds()]).toMatchObject([created, [7]]);
	const sameText = entryIn(context, { written, values: other });
	expect([sameText.sent(), sameText.sentSeeds()]).toMatchObject([created, undefined]);
	expect(entryIn(context, { written: other, values: other }).sent()).toBeUndefined();
	expect(entryIn(context, hashes, 4).sent()).toBeUndefined();
});

test('what comes of a submit is written down for the values that were sent, not for those planned now', () => {
	const context = {};
	entryIn(context).sending('s1', [7]);
	const planned = entryIn(context, { ...hashes, values: other });
	reply(planned, 's1', created);
	expect(planned.sentSeeds()).toBeUndefined();
	expect(entryIn(context).sentSeeds()).toEqual([7]);
});

test('a task has less than 200 bytes of the execution data', () => {
	const context = {};
	const entry = entryIn(context, hashes, 123_456);
	entry.sending('01234567-89ab', [2 ** 53 - 1, 2 ** 53 - 1]);
	expect(JSON.stringify(context).length).toBeLessThan(200);
	reply(entry, '01234567-89ab', { taskId: '0'.repeat(36) }, [2 ** 53 - 1, 2 ** 53 - 1]);
	expect(JSON.stringify(context).length).toBeLessThan(200);
});

test('of a delivered task the id stays until the node runs again, in 80 bytes', () => {
	const context: Record<string, unknown> = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	reply(entry, 's1', { taskId: '0'.repeat(36) });
	entry.delivered();
	expect(JSON.stringify(context.tasks).length).toBeLessThanOrEqual(82);
	expect(entryIn(reloaded(context)).sent()).toMatchObject({ taskId: '0'.repeat(36) });
	expect(entryIn(context, { written: other, values: other }).sent()).toBeUndefined();
	ledgerIn(context, 1);
	expect(context.tasks).toEqual({});
});

test('what was not delivered stays for a retry, whichever run of the node comes after', () => {
	const context: Record<string, unknown> = {};
	entryIn(context).sending('s1', [7]);
	ledgerIn(context, 1);
	expect(entryIn(context).sent()).toMatchObject({ submit: 's1' });
});

test.each(['x', [1], 7, [[0, { taskId: 'task-1' }]]])(
	'a ledger that cannot be read, %j, makes every task unsure, and never unpaid',
	(tasks) => {
		const context = { tasks };
		expect(entryIn(context).sent()).toMatchObject({ why: expect.any(String) });
		const entry = entryIn(context, hashes, 4);
		entry.sending('s1', [7]);
		reply(entry, 's1', created);
		expect(entry.sent()).toMatchObject(created);
	},
);

test('a context without a ledger begins with an empty one', () => {
	for (const tasks of [undefined, null, {}]) expect(entryIn({ tasks }).sent()).toBeUndefined();
});

test('the reason of an unsure task is a line', () => {
	const why = 'x'.repeat(1000);
	const row = { ...hashes, submit: '01234567-89ab', seeds: [2 ** 53 - 1] };
	const after = rowAfter(row, { kind: 'unsure', why });
	expect(JSON.stringify({ '0.0.0': after }).length).toBeLessThanOrEqual(200);
});
